-- 待导入的文件 — what somebody dropped and nobody has written yet: the sealed bytes, the day it speaks of, the answers given
create table upload (
  community_id bigint not null, id bigint not null, login text not null, file text not null, on_day bigint not null,
  at bigint not null, bytes bigint not null, wrapped bytea, sealed bytea, mapping text not null, revision bigint,
  primary key (community_id, id)
);
create index upload_revision on upload (community_id, revision);
-- 批次 — what an import did, sheet by sheet, in numbers
create table import_batch (
  community_id bigint not null, revision bigint not null, summary text not null,
  primary key (community_id, revision)
);
