-- Signed links show originals as well: a way of their own. A CHECK cannot be changed, so the table is made anew; nothing refers to it.
create table media_views_new (
    media_id text not null,
    day integer not null,
    -- As in `media.actor`: `user:周敏`, `key:erp`; of a link whoever had it made.
    actor text not null,
    way text not null check (way in ('view', 'download', 'zip', 'api', 'link')),
    times integer not null,
    first_at integer not null,
    last_at integer not null,
    primary key (media_id, day, actor, way)
) strict, without rowid;
insert into media_views_new (media_id, day, actor, way, times, first_at, last_at)
    select media_id, day, actor, way, times, first_at, last_at from media_views;
drop table media_views;
alter table media_views_new rename to media_views;
create index media_views_by_day on media_views (day);
