-- 附件 — papers that go with what is recorded; the contents are sealed files beside the database
create table attachment (
  community_id bigint not null, id bigint not null, subject_kind text not null, subject_id bigint not null,
  media text not null, bytes bigint not null, digest text not null, recorded bigint not null, superseded bigint,
  primary key (community_id, id)
);
create index attachment_subject on attachment (community_id, subject_kind, subject_id);
