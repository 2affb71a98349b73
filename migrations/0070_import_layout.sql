-- 表的版式 — what a clerk confirmed of a sheet's columns, for the next sheet with the same headers; replaced, never overwritten
create table import_layout (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  layout text not null, title text not null, mapping text not null,
  primary key (community_id, id)
);
create index import_layout_live on import_layout (community_id, layout, superseded);
