-- 人、户、居住、身份、人生事件 — people, households and what happened to them.

-- 人 — everyone known here, also those who only own or work here
create table person (
  community_id bigint not null, id bigint not null, uuid text, data_key bytea,
  primary key (community_id, id)
);
-- 姓名; initials for search, sort_key orders by pinyin
create table person_naming (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  name text, former_name text, initials text, sort_key text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 出生、性别、民族; a partial date is two days
create table person_birth (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  sex text, born_first bigint, born_last bigint, ethnic text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 在世
create table person_life (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  alive boolean not null, died_first bigint, died_last bigint,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 证件号码 — ciphertext and keyed indexes; the number is nowhere else
create table person_identifier (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  kind text not null, state text not null, algorithm text not null, key_id text not null, cipher bytea not null, whole_index bytea not null, tail_index bytea not null,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 电话
create table person_contact (
  community_id bigint not null, person_id bigint not null, slot bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  algorithm text not null, key_id text not null, cipher bytea not null, whole_index bytea not null, tail_index bytea not null,
  primary key (community_id, person_id, slot, valid_from, recorded)
);
-- 居住 — four populations are derived from it
create table person_residency (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  hukou_here boolean, lives_here boolean, since bigint, left_since bigint, dwelling_id bigint,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 婚姻
create table person_marital (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  marital text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 学历
create table person_schooling (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  education text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 政治面貌
create table person_political (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  political text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 从业
create table person_work (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  employment text, employer text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 户
create table household (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 户的状态
create table household_state (
  community_id bigint not null, household_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  dwelling_id bigint, number text,
  primary key (community_id, household_id, valid_from, recorded)
);
-- 户籍关系 — a person belongs to one household at a time
create table person_membership (
  community_id bigint not null, person_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  household_id bigint, relation text,
  primary key (community_id, person_id, valid_from, recorded)
);
-- 人生事件 — births, deaths, marriages, moves, changes of head
create table life_event (
  community_id bigint not null, id bigint not null, kind text not null, day bigint not null,
  person_id bigint not null, other_id bigint, household_id bigint,
  from_dwelling_id bigint, to_dwelling_id bigint, from_area_id bigint, to_area_id bigint,
  residency text, recorded bigint not null, superseded bigint, source_id bigint, source_ref text,
  primary key (community_id, id)
);
-- 合并 — person_id is the same human being as target_id
create table alias (
  community_id bigint not null, person_id bigint not null, target_id bigint not null,
  recorded bigint not null, superseded bigint,
  primary key (community_id, person_id, recorded)
);
-- 备注 — what a roster said in words, kept with its source
create table person_remark (
  community_id bigint not null, id bigint not null, person_id bigint not null, text text not null,
  recorded bigint not null, superseded bigint, source_id bigint, source_ref text,
  primary key (community_id, id)
);
-- 导入中发现的问题
create table import_problem (
  community_id bigint not null, id bigint not null, source_id bigint not null, sheet text not null,
  row_number bigint not null, column_name text, kind text not null, level text not null,
  person_id bigint, settled bigint,
  primary key (community_id, id)
);
create index person_naming_search on person_naming (community_id, initials);
create index person_identifier_whole on person_identifier (community_id, whole_index);
create index person_identifier_tail on person_identifier (community_id, tail_index);
create index person_contact_whole on person_contact (community_id, whole_index);
create index person_residency_dwelling on person_residency (community_id, dwelling_id);
create index person_membership_household on person_membership (community_id, household_id);
-- 确认 — who confirmed which fact, when; no new state
create table confirmation (
  community_id bigint not null, id bigint not null, table_name text not null, subject_id bigint not null,
  on_day bigint not null, by_whom text not null, recorded bigint not null,
  primary key (community_id, id)
);
