-- Recipients of a draft that come from a file or from tags: kept on the server, so that a form carries none of them.

alter table drafts add column source text not null default 'paste' check (source in ('paste', 'file', 'tags'));
-- Where they come from, as JSON: the file's name and columns, or the tags.
alter table drafts add column origin text not null default '{}';

create table draft_people (
    draft_id text not null references drafts (id) on delete cascade,
    -- A look at the tags does not cost the file.
    source text not null check (source in ('file', 'tags')),
    -- The line of the file, or the place in the order of the tags' people.
    line integer not null,
    touser text not null,
    -- The cells of the line, by column, as JSON.
    data text not null default '{}',
    primary key (draft_id, source, line)
) strict, without rowid;
