-- Refused tokens that led to no fetch stand among the refreshes: why nothing was fetched, and how many equal ones the line counts.
alter table token_refreshes add column skipped text check (skipped in ('replaced', 'joined', 'pause', 'given_up', 'not_current'));
alter table token_refreshes add column times integer not null default 1;
-- Which part of ours found a token refused; a key or a person stands in actor.
alter table token_refreshes add column part text;
create index token_refreshes_by_age on token_refreshes (app_id, at);
create index token_refreshes_by_outcome on token_refreshes (app_id, kind, ok, id) where skipped is null;
create index token_refreshes_failed on token_refreshes (app_id, id) where ok = 0 and skipped is null;
