-- What pictures are called (sender, title, question), each name once with how many pictures have it: kept by triggers, so that a search
-- among pictures looks through names and never walks the pictures themselves.
create table media_names (
    id integer primary key not null,
    app_id text not null,
    field text not null check (field in ('user', 'title', 'question')),
    name text not null,
    uses integer not null default 0,
    constraint media_names_once unique (app_id, field, name)
) strict;

-- Three characters from each place of a name on, lower case as SQLite has it (ASCII only); fewer at its end. Whatever is searched for begins one
-- of them, or is longer and holds some.
create table media_name_parts (
    part text not null,
    name_id integer not null,
    primary key (part, name_id)
) strict, without rowid;

-- Places in a name, of which the longest has 128 characters.
create table media_name_places (at integer primary key not null) strict;
insert into media_name_places (at)
    with recursive places (at) as (select 1 union all select at + 1 from places where at < 128) select at from places;

insert into media_names (app_id, field, name, uses)
    select app_id, 'user', user_id, count(*) from media group by app_id, user_id
    union all select app_id, 'title', answer_title, count(*) from media group by app_id, answer_title
    union all select app_id, 'question', question_id, count(*) from media group by app_id, question_id;
insert into media_name_parts (part, name_id)
    select distinct substr(lower(n.name), p.at, 3), n.id from media_names n join media_name_places p on p.at <= length(n.name) order by 1, 2;

create trigger media_names_i after insert on media_names begin
    insert into media_name_parts (part, name_id)
        select distinct substr(lower(new.name), at, 3), new.id from media_name_places where at <= length(new.name);
end;
create trigger media_names_d after delete on media_names begin
    delete from media_name_parts where name_id = old.id
        and part in (select substr(lower(old.name), at, 3) from media_name_places where at <= length(old.name));
end;

-- A picture comes and goes; it is never called otherwise. (A row is put in empty and then counted up: a statement that ignores conflicts would
-- pass that on to an `on conflict` in here.)
create trigger media_named_i after insert on media begin
    insert into media_names (app_id, field, name) select new.app_id, 'user', new.user_id
        where not exists (select 1 from media_names where app_id = new.app_id and field = 'user' and name = new.user_id);
    update media_names set uses = uses + 1 where app_id = new.app_id and field = 'user' and name = new.user_id;
    insert into media_names (app_id, field, name) select new.app_id, 'title', new.answer_title
        where not exists (select 1 from media_names where app_id = new.app_id and field = 'title' and name = new.answer_title);
    update media_names set uses = uses + 1 where app_id = new.app_id and field = 'title' and name = new.answer_title;
    insert into media_names (app_id, field, name) select new.app_id, 'question', new.question_id
        where not exists (select 1 from media_names where app_id = new.app_id and field = 'question' and name = new.question_id);
    update media_names set uses = uses + 1 where app_id = new.app_id and field = 'question' and name = new.question_id;
end;
create trigger media_named_d after delete on media begin
    update media_names set uses = uses - 1 where app_id = old.app_id and field = 'user' and name = old.user_id;
    delete from media_names where app_id = old.app_id and field = 'user' and name = old.user_id and uses = 0;
    update media_names set uses = uses - 1 where app_id = old.app_id and field = 'title' and name = old.answer_title;
    delete from media_names where app_id = old.app_id and field = 'title' and name = old.answer_title and uses = 0;
    update media_names set uses = uses - 1 where app_id = old.app_id and field = 'question' and name = old.question_id;
    delete from media_names where app_id = old.app_id and field = 'question' and name = old.question_id and uses = 0;
end;
