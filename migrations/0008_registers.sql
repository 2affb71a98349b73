-- 台账登记 — which registers a community keeps, since when, by which list; zero is said only inside them.
create table register_kept (
  community_id bigint not null, id bigint not null, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, register text not null, area_id bigint, mode text not null,
  stock_from bigint not null, flow_from bigint, flow_to bigint, how text not null,
  primary key (community_id, id, recorded)
);
-- 条线使用 — a programme that is not used here is not applicable, which is no zero
create table programme_use (
  community_id bigint not null, programme text not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  used boolean not null,
  primary key (community_id, programme, valid_from, recorded)
);
-- what an older version took for granted: the register of people runs since its first roster, a ledger gives its stock
insert into register_kept (community_id, id, recorded, register, mode, stock_from, flow_from, how)
select id, next_id, revision, 'people', 'standing', begins_on, begins_on, 'declared' from community
where begins_on is not null;
update community set next_id = next_id + 1 where begins_on is not null;
insert into register_kept (community_id, id, recorded, register, mode, stock_from, how)
select m.community_id, c.next_id + row_number() over (partition by m.community_id order by m.kind) - 1,
  max(s.recorded), m.kind, 'list', min(s.on_day), 'list'
from matter m
join transition t on t.community_id = m.community_id and t.matter_id = m.id
join source s on s.community_id = t.community_id and s.id = t.source_id and s.kind = 'roster' and s.on_day is not null
join community c on c.id = m.community_id
group by m.community_id, m.kind, c.next_id;
update community set next_id = next_id + (
  select count(*) from register_kept k where k.community_id = community.id and k.register <> 'people')
where exists (select 1 from register_kept k where k.community_id = community.id);
alter table community drop column begins_on;
alter table frozen_value add column answer text;
