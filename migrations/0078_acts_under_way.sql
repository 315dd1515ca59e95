-- Acts of many verdicts that are under way: written down before the first verdict, gone with the line of the audit log that says how it
-- ended. What stands here when a server starts was cut short.
create table review_acts (
    act text not null primary key,
    app_id text not null,
    actor text not null,
    -- Where it was asked for, as in the audit log.
    address text,
    -- `pass` or `reject`.
    verdict text not null,
    begun_at integer not null
) strict, without rowid;

-- Who had which original, by person.
create index media_views_by_actor on media_views (actor, day, media_id, way);
