-- 社区、区划树、职务、账户与留痕 — the community, its area tree, appointments, accounts and traces.
-- Four column types only: bigint, boolean, text, bytea. Days are days since 1970-01-01, instants are UTC
-- microseconds, money is fen. Reference tables without a community: office, account, session, account_role.

-- 街道、区 — offices above the community
create table office (
  id bigint primary key, parent_id bigint, name text not null, level text not null
);
create table community (
  id bigint primary key, name text not null, code text, office_id bigint,
  fictional boolean not null, revision bigint not null, next_id bigint not null,
  begins_on bigint, wrapped_key bytea not null,
  constraint community_name unique (name)
);
-- 修订 — one row for every write transaction; recorded and superseded of every state point here
create table change (
  community_id bigint not null, revision bigint not null, at bigint not null,
  actor text not null, reason text not null, kinds text not null,
  primary key (community_id, revision)
);
-- 来源 — where facts came from: a roster file, a visit, a form, a department's list
create table source (
  community_id bigint not null, id bigint not null, kind text not null, title text not null,
  digest text, on_day bigint, recorded bigint not null,
  primary key (community_id, id)
);
-- 区划 — a node of the tree: community, station, group, building
create table area (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 区划状态
create table area_state (
  community_id bigint not null, area_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  parent_id bigint, name text not null, level text not null, rank bigint not null,
  primary key (community_id, area_id, valid_from, recorded)
);
-- nested ranges of today, derived from area_state in the transaction that changes the tree
create table area_range (
  community_id bigint not null, area_id bigint not null, lft bigint not null, rgt bigint not null,
  primary key (community_id, area_id)
);
-- 层级名称 — what this community calls its levels
create table area_level (
  community_id bigint not null, level text not null, title text not null, head text not null,
  primary key (community_id, level)
);
-- 任职 — somebody holds a role in an area or organisation
create table appointment (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 任职状态
create table appointment_state (
  community_id bigint not null, appointment_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  person_id bigint not null, area_id bigint, organisation_id bigint, role text not null,
  primary key (community_id, appointment_id, valid_from, recorded)
);
-- 账户
create table account (
  id bigint primary key, login text not null, name text not null, password text not null, disabled_at bigint,
  constraint account_login unique (login)
);
create table account_role (
  account_id bigint not null, community_id bigint not null, area_id bigint not null, role text not null,
  primary key (account_id, community_id, area_id, role)
);
create table session (
  token bytea primary key, account_id bigint not null, created bigint not null, seen bigint not null,
  lang text
);
-- 留痕 — who saw or changed what, for what purpose
create table audit (
  community_id bigint not null, id bigint not null, at bigint not null, actor text not null,
  action text not null, subject_kind text, subject_id bigint, purpose text,
  primary key (community_id, id)
);
create index audit_subject on audit (community_id, subject_kind, subject_id);
