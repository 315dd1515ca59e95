-- Acts of many pictures that are under way: written down before the first picture, gone when it is over. What stands here when a server
-- starts was cut short, and goes on.
create table media_acts (
    id text not null primary key,
    app_id text not null,
    actor text not null,
    -- Where it was asked for, as in the audit log.
    address text not null,
    -- What is done with which pictures, as JSON.
    deed text not null,
    begun_at integer not null
) strict, without rowid;

-- Who had which original, by person.
create index media_views_by_actor on media_views (actor, day, media_id, way);
