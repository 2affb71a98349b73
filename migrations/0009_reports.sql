-- 报告 — a report of a year; its own texts by section (`pack.section`, or a place of the frame), each replaced and never overwritten
create table report (
  community_id bigint not null, id bigint not null, kind text not null, year bigint not null,
  primary key (community_id, id)
);
create table report_section (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text,
  report_id bigint not null, section text not null, rank bigint not null, text text not null,
  primary key (community_id, id, recorded)
);
-- 本地标准 — a dated state like every other, so that it can be corrected and taken back
alter table param_override add column source_id bigint;
alter table param_override add column source_ref text;
alter table param_override add column confirmed_on bigint;
