-- A ZIP of very many pictures comes in parts; and whoever asked for one sees how far it was fetched.
alter table media_bundles add column part integer not null default 1;
alter table media_bundles add column parts integer not null default 1;
-- Pictures inside, and their bytes.
alter table media_bundles add column pieces integer not null default 0;
alter table media_bundles add column bytes integer not null default 0;
-- How long the file is, once it was laid out, and up to which byte it was given out.
alter table media_bundles add column length integer;
alter table media_bundles add column given integer not null default 0;
create index media_bundles_of on media_bundles (made_by, created_at);
