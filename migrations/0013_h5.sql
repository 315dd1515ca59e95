-- What H5 pages report when WeChat refuses them: one row for a page, a kind of phone and a ground on one day, with the last report of them.
create table page_failures (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    day integer not null,
    page text not null,
    phone text not null,
    ground text not null,
    reports integer not null,
    first_at integer not null,
    last_at integer not null,
    url text not null,
    signed text,
    timestamp integer,
    nonce text,
    signature text,
    code text not null,
    message text not null,
    cut integer not null check (cut in (0, 1)),
    constraint page_failures_once unique (app_id, day, page, phone, ground)
) strict;
create index page_failures_by_last on page_failures (app_id, last_at, id);
create index page_failures_by_day on page_failures (day);

-- How many signatures were given on a day, and how many of them failed on the phone.
create table page_days (
    app_id text not null references accounts (app_id) on delete cascade,
    day integer not null,
    signatures integer not null,
    failures integer not null,
    primary key (app_id, day)
) strict, without rowid;

-- Programs that fetch the access token.
create table token_users (
    app_id text not null references accounts (app_id) on delete cascade,
    key_id text not null,
    name text not null,
    fetches integer not null,
    stale integer not null,
    last_at integer not null,
    primary key (app_id, key_id)
) strict, without rowid;

-- How many messages a key may send on a day of China's; null for no limit.
alter table api_keys add column daily_messages integer check (daily_messages > 0);
alter table api_keys add column messages integer not null default 0;
alter table api_keys add column messages_day integer not null default 0;

-- Whose openid a person's own one is: of one account.
alter table users add column openid_app text;
