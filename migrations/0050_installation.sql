-- 安装 — what is true of the whole database and of no single community. Words: demo (building, or the program that
-- built it).
create table installation (
  name text primary key, value text not null
);
