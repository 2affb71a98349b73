-- 小区、楼栋、房屋、单位、设施 — places and organisations.

-- 小区
create table estate (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 小区状态
create table estate_state (
  community_id bigint not null, estate_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  name text not null,
  primary key (community_id, estate_id, valid_from, recorded)
);
-- 楼栋
create table building (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 楼栋状态; its place in the tree is area_id
create table building_state (
  community_id bigint not null, building_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  estate_id bigint, name text not null, area_id bigint, units bigint, floors bigint,
  primary key (community_id, building_id, valid_from, recorded)
);
-- 房屋 — a home: a unit and a room of a building
create table dwelling (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 房屋状态; area in 0.01 square metres
create table dwelling_state (
  community_id bigint not null, dwelling_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  building_id bigint, unit text, room text not null, floor bigint, area_cm2 bigint, use text, kind text,
  primary key (community_id, dwelling_id, valid_from, recorded)
);
-- 产权
create table ownership (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 产权状态
create table ownership_state (
  community_id bigint not null, ownership_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  dwelling_id bigint not null, person_id bigint not null, share_percent bigint,
  primary key (community_id, ownership_id, valid_from, recorded)
);
-- 组织 — a branch, committee, team, company or shop
create table organisation (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 组织状态
create table organisation_state (
  community_id bigint not null, organisation_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  kind text not null, name text not null, parent_id bigint, area_id bigint, credit_code text, founded bigint,
  primary key (community_id, organisation_id, valid_from, recorded)
);
-- 设施 — what is kept and counted and is neither a home nor an organisation
create table facility (
  community_id bigint not null, id bigint not null,
  primary key (community_id, id)
);
-- 设施状态
create table facility_state (
  community_id bigint not null, facility_id bigint not null,
  valid_from bigint not null, valid_to bigint, recorded bigint not null, superseded bigint,
  source_id bigint, source_ref text, confirmed_on bigint,
  kind text not null, name text not null, area_id bigint, quantity bigint, unit text,
  primary key (community_id, facility_id, valid_from, recorded)
);
create index dwelling_building on dwelling_state (community_id, building_id);
