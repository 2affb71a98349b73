-- 两步登录 — a secret that an authenticator shares, sealed by the master key; `since` is empty until its first code was right
create table account_second (
  account_id bigint primary key, secret bytea not null, since bigint, last_step bigint not null, recovery text not null
);
