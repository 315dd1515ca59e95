-- A batch may send to its first few people alone and go on only when enough receipts say it arrived; and it stops by itself when WeChat
-- suddenly refuses many.
alter table batches add column canary_first integer check (canary_first > 0);
alter table batches add column canary_percent integer check (canary_percent between 1 and 100);
-- The last message among the first few; messages of a batch have ids in the order of its list.
alter table batches add column canary_last text;
-- When the rest was let go.
alter table batches add column canary_ended_at integer;

alter table sending_rules add column canary_first integer check (canary_first between 1 and 1000);
alter table sending_rules add column canary_percent integer check (canary_percent between 1 and 100);
-- Refusals among the last hundred answers at which a batch stops; 0: never.
alter table sending_rules add column brake_percent integer not null default 50 check (brake_percent between 0 and 100);
