-- 一次性链接 — sets a password once: an invitation, a reset, the first account; only the token's digest is kept
create table account_link (
  token bytea primary key, account_id bigint not null, purpose text not null, expires bigint
);
create index account_link_account on account_link (account_id);
