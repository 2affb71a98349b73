-- 问题的结果 — corrected, checked, none (not a problem); what the register and the list said, where no name stands in it
alter table import_problem add column state text;
alter table import_problem add column on_record text;
alter table import_problem add column said text;
