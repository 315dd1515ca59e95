-- One more source of a draft's recipients: people by what they have sent for a question. SQLite changes a check by making the table anew.

create table drafts_anew (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    template_id text,
    data text not null default '{}',
    target text not null default 'none' check (target in ('none', 'web', 'mini')),
    url text not null default '',
    mini_app_id text not null default '',
    mini_path text not null default '',
    recipients text not null default '',
    sent_at integer,
    created_at integer not null,
    updated_at integer not null,
    source text not null default 'paste' check (source in ('paste', 'file', 'tags', 'uploads')),
    -- Where they come from, as JSON: the file's name and columns, the tags, the title with its question.
    origin text not null default '{}'
) strict;
insert into drafts_anew
    (id, app_id, user_id, template_id, data, target, url, mini_app_id, mini_path, recipients, sent_at, created_at, updated_at, source, origin)
select id, app_id, user_id, template_id, data, target, url, mini_app_id, mini_path, recipients, sent_at, created_at, updated_at, source, origin
from drafts;

create table draft_people_anew (
    draft_id text not null references drafts_anew (id) on delete cascade,
    -- A look at the tags does not cost the file.
    source text not null check (source in ('file', 'tags', 'uploads')),
    -- The line of the file, or the place in the order of the others.
    line integer not null,
    -- Empty for somebody of whom no openid is known.
    touser text not null,
    -- The cells of the line, by column, as JSON.
    data text not null default '{}',
    primary key (draft_id, source, line)
) strict, without rowid;
insert into draft_people_anew (draft_id, source, line, touser, data) select draft_id, source, line, touser, data from draft_people;

drop table draft_people;
drop table drafts;
alter table drafts_anew rename to drafts;
alter table draft_people_anew rename to draft_people;
create index drafts_of_user on drafts (user_id, updated_at);
-- What went out and may be swept.
create index drafts_sent on drafts (sent_at) where sent_at is not null;
