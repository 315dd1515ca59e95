-- The ticket that signs card coupons is kept for the accounts that ask for it.
alter table accounts add column card_ticket integer not null default 0 check (card_ticket in (0, 1));

create table tokens_next (
    app_id text not null references accounts (app_id) on delete cascade,
    kind text not null check (kind in ('access_token', 'jsapi_ticket', 'wx_card_ticket')),
    value blob not null,
    generation integer not null,
    fetched_at integer not null,
    expires_at integer not null,
    primary key (app_id, kind)
) strict;
insert into tokens_next (app_id, kind, value, generation, fetched_at, expires_at)
select app_id, kind, value, generation, fetched_at, expires_at from tokens;
drop table tokens;
alter table tokens_next rename to tokens;

create table token_refreshes_next (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    kind text not null check (kind in ('access_token', 'jsapi_ticket', 'wx_card_ticket')),
    cause text not null check (cause in ('start', 'ahead', 'stale', 'asked', 'forced', 'retry', 'check')),
    actor text,
    ok integer not null check (ok in (0, 1)),
    errcode integer,
    errmsg text,
    elapsed_ms integer not null,
    generation integer,
    expires_at integer,
    at integer not null
) strict;
insert into token_refreshes_next (id, app_id, kind, cause, actor, ok, errcode, errmsg, elapsed_ms, generation, expires_at, at)
select id, app_id, kind, cause, actor, ok, errcode, errmsg, elapsed_ms, generation, expires_at, at from token_refreshes;
drop table token_refreshes;
alter table token_refreshes_next rename to token_refreshes;
create index token_refreshes_of on token_refreshes (app_id, id);
