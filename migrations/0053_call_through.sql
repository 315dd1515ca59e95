-- How many calls a key may have handed on to WeChat on a day of China's; null for no limit. Counted in memory, written down behind.
alter table api_keys add column daily_calls integer check (daily_calls > 0);
alter table api_keys add column relayed integer not null default 0;
alter table api_keys add column relayed_day integer not null default 0;

-- Calls of other systems through /wx/: who, when, what, and how it ended. Never a query, a body, an openid or a token.
create table relayed_calls (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    key_id text not null,
    name text not null,
    at integer not null,
    method text not null,
    -- Null where it is none of those that may be called.
    path text,
    status integer not null,
    errcode integer,
    code text,
    elapsed_ms integer not null
) strict;
create index relayed_calls_of on relayed_calls (app_id, id);
create index relayed_calls_by_key on relayed_calls (app_id, key_id, id);
create index relayed_calls_by_errcode on relayed_calls (app_id, errcode, id);
create index relayed_calls_by_both on relayed_calls (app_id, key_id, errcode, id);
create index relayed_calls_by_age on relayed_calls (at);
