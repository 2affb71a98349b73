-- 留痕 — who looked at what; chain 0 is the installation, others are communities
create table trail (
  chain bigint not null, seq bigint not null, at bigint not null, account_id bigint, actor text not null,
  address text not null, action text not null, subject text not null, ids bytea, purpose text not null,
  prev bytea not null, digest bytea not null,
  primary key (chain, seq)
);
create index trail_subject on trail (chain, subject);
create index trail_account on trail (chain, account_id, at);
create index trail_at on trail (chain, at);
-- 链头 — the last row of a chain: whoever appends takes it first, and a row cut off at the end is missed
create table trail_head (
  chain bigint primary key, seq bigint not null, digest bytea not null
);
-- 检查点 — where a chain begins after its oldest rows were removed, signed with the installation's key
create table trail_begin (
  chain bigint primary key, seq bigint not null, digest bytea not null, at bigint not null, signature bytea not null
);
