-- Voices and videos are few among pictures: they are found by an index of their own.
create index media_by_kind on media (app_id, kind, id) where kind <> 'image';

-- Where a video lies that could not be fetched, as WeChat gave it. People may follow it while WeChat keeps it; we fetch nothing from it.
create table media_links (
    media_id text primary key not null references media (id) on delete cascade,
    url text not null,
    at integer not null
) strict, without rowid;
