-- How many signatures a page and a kind of phone were given on a day: what failures are a share of.
create table page_signatures (
    app_id text not null references accounts (app_id) on delete cascade,
    day integer not null,
    page text not null,
    phone text not null,
    signatures integer not null,
    primary key (app_id, day, page, phone)
) strict, without rowid;
create index page_signatures_by_day on page_signatures (day);
