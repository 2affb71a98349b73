-- 修订的对象、可更正可撤回的记录、事项 — what a change was about, records that keep their id, one family of matters.

-- which tables a change wrote to; the first id it gave out and the first it did not; the revision it takes back
alter table change rename column kinds to touched;
alter table change add column first_id bigint;
alter table change add column next_id bigint;
alter table change add column undoes bigint;
-- until now the names of frame kinds stood there: everything was touched
update change set touched = '*';
-- 修订对象 — whose facts a change wrote; aspect is a table or a field, empty for something new
create table change_subject (
  community_id bigint not null, kind text not null, subject_id bigint not null, aspect text not null,
  revision bigint not null,
  primary key (community_id, kind, subject_id, aspect, revision)
);
create index change_subject_revision on change_subject (community_id, revision);
-- the numbers of the tree are made when it is read, of the day it is read for
drop table area_range;
-- ids were never told by these
alter table person drop column uuid;
-- whom somebody married, and the day when it is known
alter table person_marital add column spouse_id bigint;
alter table person_marital add column since bigint;
alter table confirmation add column superseded bigint;
-- 记录的业务字段 — what packs declare for records, versioned with the record
create table record_value (
  community_id bigint not null, id bigint not null, recorded bigint not null, field text not null,
  number bigint, text text,
  primary key (community_id, id, recorded, field)
);
insert into record_value (community_id, id, recorded, field, number, text)
select f.community_id, f.subject_id, e.recorded, f.field, f.number, f.text
from field_value f join event e on e.community_id = f.community_id and e.id = f.subject_id
where f.subject_kind = 'event' and f.superseded is null;
delete from field_value where subject_kind = 'event';
-- 事件
create table event_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, kind text not null, title text, day bigint not null, last_day bigint,
  person_id bigint, household_id bigint, dwelling_id bigint, building_id bigint, organisation_id bigint,
  facility_id bigint, area_id bigint, of_id bigint,
  primary key (community_id, id, recorded)
);
insert into event_kept (community_id, id, recorded, superseded, source_id, source_ref, kind, title, day, last_day,
  person_id, household_id, dwelling_id, building_id, organisation_id, facility_id, area_id, of_id)
select community_id, id, recorded, superseded, source_id, source_ref, kind, title, day, last_day,
  person_id, household_id, dwelling_id, building_id, organisation_id, facility_id, area_id, of_id from event;
drop table event;
alter table event_kept rename to event;
create index event_kind on event (community_id, kind, day);
-- 人生事件 — settled from the states before each commit; nobody else writes it. A day that is not known lies between two
create table life_event_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, kind text not null, first_day bigint, last_day bigint not null,
  person_id bigint not null, other_id bigint, household_id bigint, from_dwelling_id bigint, to_dwelling_id bigint, residency text,
  primary key (community_id, id, recorded)
);
insert into life_event_kept (community_id, id, recorded, superseded, source_id, source_ref, kind, first_day, last_day,
  person_id, other_id, household_id, from_dwelling_id, to_dwelling_id, residency)
select community_id, id, recorded, superseded, source_id, source_ref, kind, day, day, person_id,
  other_id, household_id, from_dwelling_id, to_dwelling_id, residency from life_event;
drop table life_event;
alter table life_event_kept rename to life_event;
create index life_event_person on life_event (community_id, person_id);
-- 事项 — whatever has stages and an end: an enrolment in a programme, a matter of community work
create table matter (
  community_id bigint not null, id bigint not null, kind text not null, subject_kind text not null,
  subject_id bigint, parent_id bigint,
  primary key (community_id, id)
);
insert into matter (community_id, id, kind, subject_kind, subject_id)
select community_id, id, programme,
  case when person_id is not null then 'person' when household_id is not null then 'household'
       when dwelling_id is not null then 'dwelling' else 'organisation' end,
  coalesce(person_id, household_id, dwelling_id, organisation_id)
from enrolment;
drop table enrolment;
create index matter_subject on matter (community_id, subject_kind, subject_id);
-- 事项名称
create table matter_naming (
  community_id bigint not null, matter_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  title text not null,
  primary key (community_id, matter_id, valid_from, recorded)
);
-- 阶段
create table matter_stage (
  community_id bigint not null, matter_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  stage text not null,
  primary key (community_id, matter_id, valid_from, recorded)
);
insert into matter_stage (community_id, matter_id, valid_from, valid_to, recorded, superseded, source_id, source_ref,
  confirmed_on, stage)
select community_id, enrolment_id, valid_from, valid_to, recorded, superseded, source_id, source_ref,
  confirmed_on, stage from enrolment_stage;
drop table enrolment_stage;
-- 进入某阶段 — a day that is not known lies between the two; first_day is empty when nothing bounds it
create table transition_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, matter_id bigint not null, stage text not null,
  first_day bigint, last_day bigint not null,
  primary key (community_id, id, recorded)
);
insert into transition_kept (community_id, id, recorded, superseded, source_id, source_ref, matter_id, stage,
  first_day, last_day)
select community_id, id, recorded, superseded, source_id, source_ref, enrolment_id, stage, day, day from transition;
drop table transition;
alter table transition_kept rename to transition;
create index transition_matter on transition (community_id, matter_id);
-- 发放
create table payment_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, matter_id bigint not null, day bigint not null, amount bigint not null,
  primary key (community_id, id, recorded)
);
insert into payment_kept (community_id, id, recorded, superseded, source_id, source_ref, matter_id, day, amount)
select community_id, id, recorded, superseded, source_id, source_ref, enrolment_id, day, amount from payment;
drop table payment;
alter table payment_kept rename to payment;
create index payment_matter on payment (community_id, matter_id);
-- 上报
create table return_entry_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, return_id text not null, area_id bigint not null,
  first_day bigint not null, last_day bigint not null, signed_by text, signed_at bigint,
  primary key (community_id, id, recorded)
);
insert into return_entry_kept (community_id, id, recorded, superseded, source_id, source_ref, return_id, area_id,
  first_day, last_day, signed_by, signed_at)
select community_id, id, recorded, superseded, source_id, source_ref, return_id, area_id,
  first_day, last_day, signed_by, signed_at from return_entry;
drop table return_entry;
alter table return_entry_kept rename to return_entry;
-- 目标
create table target_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, figure text not null, area_id bigint not null, first_day bigint not null,
  last_day bigint not null, bound text not null, number bigint not null, owner text, document text,
  primary key (community_id, id, recorded)
);
insert into target_kept (community_id, id, recorded, superseded, figure, area_id, first_day, last_day, bound, number,
  owner, document)
select community_id, id, recorded, superseded, figure, area_id, first_day, last_day, bound, number, owner, document
from target;
drop table target;
alter table target_kept rename to target;
-- 备注
create table person_remark_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, person_id bigint not null, text text not null, cipher bytea,
  primary key (community_id, id, recorded)
);
insert into person_remark_kept (community_id, id, recorded, superseded, source_id, source_ref, person_id, text, cipher)
select community_id, id, recorded, superseded, source_id, source_ref, person_id, text, cipher from person_remark;
drop table person_remark;
alter table person_remark_kept rename to person_remark;
create index person_remark_person on person_remark (community_id, person_id);
-- 一次性提交 — what a form that was sent was answered, so that sending it again has no second effect
create table once (
  community_id bigint not null, key text not null, account_id bigint not null, route text not null,
  digest text not null, location text not null, flash text, at bigint not null,
  primary key (community_id, key)
);
