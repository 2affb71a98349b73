-- 修订成链 — each change is bound to the one before it by a digest over itself, what it did by name and whose facts it changed

alter table change add column prev bytea;
alter table change add column digest bytea;
-- 修订所为 — what a change did by name (an import, a merge, an erasure), to which record, why; that nothing was changed by
-- looking stands in the trail
create table change_act (
  community_id bigint not null, revision bigint not null, seq bigint not null, action text not null,
  subject_kind text, subject_id bigint, purpose text,
  primary key (community_id, revision, seq)
);
create index change_act_subject on change_act (community_id, subject_kind, subject_id);
insert into change_act (community_id, revision, seq, action, subject_kind, subject_id, purpose)
select t.community_id, t.revision, row_number() over (partition by t.community_id, t.revision order by t.id), t.action,
  t.subject_kind, t.subject_id, t.purpose
from (
  select a.*, coalesce((select max(c.revision) from change c where c.community_id = a.community_id and c.at <= a.at), 0)
    as revision
  from audit a
) t;
drop table audit;
