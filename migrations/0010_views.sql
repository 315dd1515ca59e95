-- Who had the original of which picture: a line per picture, day (in China), person or key, and way; kept for 90 days. Thumbnails are
-- not noted. No reference to the picture: one that lies in the bin keeps its lines.
create table media_views (
    media_id text not null,
    day integer not null,
    -- As in `media.actor`: `user:周敏`, `key:erp`.
    actor text not null,
    way text not null check (way in ('view', 'download', 'zip', 'api')),
    times integer not null,
    first_at integer not null,
    last_at integer not null,
    primary key (media_id, day, actor, way)
) strict, without rowid;
create index media_views_by_day on media_views (day);
