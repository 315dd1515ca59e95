-- Judgements that were given together are undone together: they carry the id of the act. A picture that lies in the bin keeps it with them.
alter table reviews add column act text;
create index reviews_of_act on reviews (act, id) where act is not null and undone_at is null;
