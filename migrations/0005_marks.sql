-- 推断、备注加密 — what was concluded is marked; remarks are sealed under their person's key.

-- whether the roster said it, or it was concluded from what the roster said (null: it was said)
alter table person_residency add column inferred boolean;
-- what `text` held before; rows written since leave `text` empty
alter table person_remark add column cipher bytea;
