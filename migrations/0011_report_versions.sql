-- 报告版本 — a report as it stood when somebody did something with it: checked, signed, submitted, returned, accepted
create table report_version (
  community_id bigint not null, id bigint not null, report_id bigint not null, version bigint not null,
  act text not null, actor text not null, name text not null, at bigint not null, remark text,
  known_at bigint not null, freeze_id bigint, body text not null, figures text not null, digest text not null,
  primary key (community_id, id)
);
create index report_version_report on report_version (community_id, report_id, version);
