-- 注销标记 — keyed digests of the numbers of people who were erased: the next roster that names one asks first
create table erased (
  community_id bigint not null, mark bytea not null, recorded bigint not null,
  primary key (community_id, mark)
);
