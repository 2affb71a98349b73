-- 授权与登录 — dated grants, and who is signed in from where.

-- 授权 — what an account may do, over what, from when to when; an ended appointment ends its grant when it is read
create table account_grant (
  id bigint primary key, account_id bigint not null, role text not null, community_id bigint, office_id bigint,
  appointment_id bigint, from_day bigint not null, to_day bigint, full_names boolean not null,
  given_by text not null, given_at bigint not null, ended_by text
);
create index account_grant_account on account_grant (account_id);
-- without a row the whole community
create table account_grant_area (
  grant_id bigint not null, area_id bigint not null,
  primary key (grant_id, area_id)
);
-- without a row every programme
create table account_grant_programme (
  grant_id bigint not null, programme text not null,
  primary key (grant_id, programme)
);
insert into account_grant (id, account_id, role, community_id, from_day, full_names, given_by, given_at)
select row_number() over (order by account_id, community_id, area_id, role), account_id, role, community_id, 0,
  role <> 'officer', 'operator', 0
from account_role;
insert into account_grant_area (grant_id, area_id)
select g.id, r.area_id
from (select row_number() over (order by account_id, community_id, area_id, role) as id, area_id from account_role) r
join account_grant g on g.id = r.id where r.area_id <> 0;
drop table account_role;
-- 登录 — one for each device; "session" is a session of an activity
create table sign_in (
  token bytea primary key, account_id bigint not null, created bigint not null, seen bigint not null,
  community_id bigint, device text
);
create index sign_in_account on sign_in (account_id);
drop table session;
