-- 名单 — a list of residents that is kept by a name: its conditions, view and columns
create table saved_list (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, name text not null, conditions text not null, residency text not null,
  columns text not null,
  primary key (community_id, id, recorded)
);
create index saved_list_live on saved_list (community_id, superseded);
