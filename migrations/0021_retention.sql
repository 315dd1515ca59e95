-- How long pictures of a title are kept; without a rule for ever. What is older goes to the bin, once a day.
create table retention_rules (
    app_id text not null references accounts (app_id) on delete cascade,
    answer_title text not null,
    days integer not null check (days between 1 and 3650),
    -- Who set it, as in `media.actor`.
    set_by text not null,
    set_at integer not null,
    ran_at integer,
    primary key (app_id, answer_title)
) strict, without rowid;

-- Pictures that somebody took back out of the bin: no rule moves them there again.
create table media_spared (
    media_id text primary key not null references media (id) on delete cascade
) strict, without rowid;
