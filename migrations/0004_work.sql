-- 条线、办理、事件、台账、上报、目标、定稿 — work, generic over packs.

-- 办理 — a person, household … in a programme
create table enrolment (
  community_id bigint not null, id bigint not null, programme text not null, person_id bigint,
  household_id bigint, dwelling_id bigint, organisation_id bigint,
  primary key (community_id, id)
);
-- 办理阶段
create table enrolment_stage (
  community_id bigint not null, enrolment_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  stage text not null,
  primary key (community_id, enrolment_id, valid_from, recorded)
);
-- 进入某阶段 — funnels count these, not current stages
create table transition (
  community_id bigint not null, id bigint not null, enrolment_id bigint not null, stage text not null,
  day bigint not null, recorded bigint not null, superseded bigint, source_id bigint, source_ref text,
  primary key (community_id, id)
);
-- 条线字段
create table field_value (
  community_id bigint not null, subject_kind text not null, subject_id bigint not null, field text not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  number bigint, text text,
  primary key (community_id, subject_kind, subject_id, field, valid_from, recorded)
);
-- 发放
create table payment (
  community_id bigint not null, id bigint not null, programme text not null, enrolment_id bigint not null,
  person_id bigint, household_id bigint, day bigint not null, amount bigint not null,
  recorded bigint not null, superseded bigint, source_id bigint, source_ref text,
  primary key (community_id, id)
);
-- 事件 — what happens beside the enrolments; its kind is declared by a pack
create table event (
  community_id bigint not null, id bigint not null, kind text not null, uuid text, title text,
  day bigint not null, last_day bigint, person_id bigint, household_id bigint, dwelling_id bigint,
  building_id bigint, organisation_id bigint, facility_id bigint, area_id bigint, of_id bigint,
  recorded bigint not null, superseded bigint, source_id bigint, source_ref text,
  primary key (community_id, id)
);
-- 上报 — counted by others, or about people nobody may list
create table return_entry (
  community_id bigint not null, id bigint not null, return_id text not null, area_id bigint not null,
  first_day bigint not null, last_day bigint not null, signed_by text, signed_at bigint,
  recorded bigint not null, superseded bigint, source_id bigint, source_ref text,
  primary key (community_id, id)
);
create table return_line (
  community_id bigint not null, entry_id bigint not null, line text not null, number bigint not null,
  primary key (community_id, entry_id, line)
);
-- 目标
create table target (
  community_id bigint not null, id bigint not null, figure text not null, area_id bigint not null,
  first_day bigint not null, last_day bigint not null, bound text not null, number bigint not null,
  owner text, document text, recorded bigint not null, superseded bigint,
  primary key (community_id, id)
);
-- 定稿 — a frozen set of values
create table frozen_set (
  community_id bigint not null, id bigint not null, name text not null, first_day bigint not null,
  last_day bigint not null, known_at bigint not null, recorded bigint not null, superseded bigint,
  primary key (community_id, id)
);
create table frozen_value (
  community_id bigint not null, freeze_id bigint not null, figure text not null, arguments text not null,
  number bigint, base bigint, digest text not null, kind text, ids bytea,
  primary key (community_id, freeze_id, figure, arguments)
);
-- 参数 — a local, dated override of a pack's parameter
create table param_override (
  community_id bigint not null, param text not null, valid_from bigint not null, valid_to bigint,
  value bigint not null, source text not null, recorded bigint not null, superseded bigint,
  primary key (community_id, param, valid_from, recorded)
);
create index enrolment_person on enrolment (community_id, person_id);
create index enrolment_household on enrolment (community_id, household_id);
create index event_kind on event (community_id, kind, day);
