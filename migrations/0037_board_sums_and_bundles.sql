-- What the progress board shows of a title as a whole, kept by triggers: no page reads all pictures of a title to say how many are there.

-- How many pictures somebody has sent for a question, by how they stand. The best of them says how the person stands.
create table board_cells (
    app_id text not null,
    answer_title text not null,
    user_id text not null,
    question_id text not null,
    passed integer not null default 0,
    -- Here, to be judged.
    waiting integer not null default 0,
    coming integer not null default 0,
    rejected integer not null default 0,
    -- Failed or expired.
    gone integer not null default 0,
    primary key (app_id, answer_title, user_id, question_id)
) strict, without rowid;

-- How many people stand how with a question; `cells` is how many have sent anything for it.
create table board_columns (
    app_id text not null,
    answer_title text not null,
    question_id text not null,
    cells integer not null default 0,
    here integer not null default 0,
    coming integer not null default 0,
    rejected integer not null default 0,
    primary key (app_id, answer_title, question_id)
) strict, without rowid;

-- Everybody of a title: on its list, or seen. `cells` is for how many questions they have sent anything, `here` how many of them are here.
create table board_people (
    app_id text not null,
    answer_title text not null,
    user_id text not null,
    listed integer not null default 0 check (listed in (0, 1)),
    cells integer not null default 0,
    here integer not null default 0,
    primary key (app_id, answer_title, user_id)
) strict, without rowid;

-- How many people have so many questions here.
create table board_progress (
    app_id text not null,
    answer_title text not null,
    here integer not null,
    people integer not null default 0,
    primary key (app_id, answer_title, here)
) strict, without rowid;

insert into board_cells (app_id, answer_title, user_id, question_id, passed, waiting, coming, rejected, gone)
    select app_id, answer_title, user_id, question_id, sum(class = 'pass'), sum(class = 'none'), sum(class = 'coming'),
        sum(class = 'reject'), sum(class = 'gone')
    from (select app_id, answer_title, user_id, question_id, case when state = 'stored' then review when state in ('pending', 'downloading') then 'coming' else 'gone' end as class from media)
    group by app_id, answer_title, user_id, question_id;
insert into board_columns (app_id, answer_title, question_id, cells, here, coming, rejected)
    select app_id, answer_title, question_id, count(*), sum(c.passed + c.waiting > 0), sum(c.passed + c.waiting = 0 and c.coming > 0), sum(c.passed + c.waiting + c.coming = 0 and c.rejected > 0)
    from board_cells c group by app_id, answer_title, question_id;
insert into board_people (app_id, answer_title, user_id, listed, cells, here)
    select app_id, answer_title, user_id, max(listed), sum(cells), sum(here) from (
        select app_id, answer_title, user_id, 1 as listed, 0 as cells, 0 as here from media_rosters
        union all select app_id, answer_title, user_id, 0, 1, (c.passed + c.waiting > 0) from board_cells c
    ) group by app_id, answer_title, user_id;
insert into board_progress (app_id, answer_title, here, people)
    select app_id, answer_title, here, count(*) from board_people group by app_id, answer_title, here;

-- A picture comes, turns, goes. (A row is put in empty and then counted up: a statement that ignores conflicts would pass that on to an
-- `on conflict` in here.)
create trigger board_media_i after insert on media begin
    insert into board_cells (app_id, answer_title, user_id, question_id)
        select new.app_id, new.answer_title, new.user_id, new.question_id
        where not exists (select 1 from board_cells where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id and question_id = new.question_id);
    update board_cells set
        passed = passed + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'pass'),
        waiting = waiting + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'none'),
        coming = coming + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'coming'),
        rejected = rejected + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'reject'),
        gone = gone + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'gone')
    where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id and question_id = new.question_id;
end;
create trigger board_media_u after update of state, review on media
when case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end
    <> case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end
begin
    update board_cells set
        passed = passed + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'pass') - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'pass'),
        waiting = waiting + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'none') - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'none'),
        coming = coming + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'coming') - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'coming'),
        rejected = rejected + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'reject') - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'reject'),
        gone = gone + (case when new.state = 'stored' then new.review when new.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'gone') - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'gone')
    where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id and question_id = new.question_id;
end;
create trigger board_media_d after delete on media begin
    update board_cells set
        passed = passed - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'pass'),
        waiting = waiting - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'none'),
        coming = coming - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'coming'),
        rejected = rejected - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'reject'),
        gone = gone - (case when old.state = 'stored' then old.review when old.state in ('pending', 'downloading') then 'coming' else 'gone' end = 'gone')
    where app_id = old.app_id and answer_title = old.answer_title and user_id = old.user_id and question_id = old.question_id;
    delete from board_cells where app_id = old.app_id and answer_title = old.answer_title and user_id = old.user_id and question_id = old.question_id
        and passed + waiting + coming + rejected + gone = 0;
end;

-- How a person stands with a question moves the sums of the question and of the person.
create trigger board_cells_i after insert on board_cells begin
    insert into board_columns (app_id, answer_title, question_id) select new.app_id, new.answer_title, new.question_id
        where not exists (select 1 from board_columns where app_id = new.app_id and answer_title = new.answer_title and question_id = new.question_id);
    update board_columns set cells = cells + 1 where app_id = new.app_id and answer_title = new.answer_title and question_id = new.question_id;
    insert into board_people (app_id, answer_title, user_id) select new.app_id, new.answer_title, new.user_id
        where not exists (select 1 from board_people where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id);
    update board_people set cells = cells + 1 where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id;
end;
create trigger board_cells_u after update on board_cells
when (new.passed + new.waiting > 0) <> (old.passed + old.waiting > 0) or (new.passed + new.waiting = 0 and new.coming > 0) <> (old.passed + old.waiting = 0 and old.coming > 0)
    or (new.passed + new.waiting + new.coming = 0 and new.rejected > 0) <> (old.passed + old.waiting + old.coming = 0 and old.rejected > 0)
begin
    update board_columns set here = here + (new.passed + new.waiting > 0) - (old.passed + old.waiting > 0),
        coming = coming + (new.passed + new.waiting = 0 and new.coming > 0) - (old.passed + old.waiting = 0 and old.coming > 0),
        rejected = rejected + (new.passed + new.waiting + new.coming = 0 and new.rejected > 0)
            - (old.passed + old.waiting + old.coming = 0 and old.rejected > 0)
    where app_id = new.app_id and answer_title = new.answer_title and question_id = new.question_id;
    update board_people set here = here + (new.passed + new.waiting > 0) - (old.passed + old.waiting > 0)
    where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id
        and (new.passed + new.waiting > 0) <> (old.passed + old.waiting > 0);
end;
create trigger board_cells_d after delete on board_cells begin
    update board_columns set cells = cells - 1 where app_id = old.app_id and answer_title = old.answer_title and question_id = old.question_id;
    delete from board_columns where app_id = old.app_id and answer_title = old.answer_title and question_id = old.question_id and cells = 0;
    update board_people set cells = cells - 1 where app_id = old.app_id and answer_title = old.answer_title and user_id = old.user_id;
    delete from board_people where app_id = old.app_id and answer_title = old.answer_title and user_id = old.user_id and cells = 0 and listed = 0;
end;

create trigger board_rosters_i after insert on media_rosters begin
    insert into board_people (app_id, answer_title, user_id) select new.app_id, new.answer_title, new.user_id
        where not exists (select 1 from board_people where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id);
    update board_people set listed = 1 where app_id = new.app_id and answer_title = new.answer_title and user_id = new.user_id;
end;
create trigger board_rosters_d after delete on media_rosters begin
    update board_people set listed = 0 where app_id = old.app_id and answer_title = old.answer_title and user_id = old.user_id;
    delete from board_people where app_id = old.app_id and answer_title = old.answer_title and user_id = old.user_id and cells = 0;
end;

-- Whoever is new has nothing here.
create trigger board_people_i after insert on board_people begin
    insert into board_progress (app_id, answer_title, here) select new.app_id, new.answer_title, new.here
        where not exists (select 1 from board_progress where app_id = new.app_id and answer_title = new.answer_title and here = new.here);
    update board_progress set people = people + 1 where app_id = new.app_id and answer_title = new.answer_title and here = new.here;
end;
create trigger board_people_u after update of here on board_people when new.here <> old.here begin
    insert into board_progress (app_id, answer_title, here) select new.app_id, new.answer_title, new.here
        where not exists (select 1 from board_progress where app_id = new.app_id and answer_title = new.answer_title and here = new.here);
    update board_progress set people = people + 1 where app_id = new.app_id and answer_title = new.answer_title and here = new.here;
    update board_progress set people = people - 1 where app_id = old.app_id and answer_title = old.answer_title and here = old.here;
    delete from board_progress where app_id = old.app_id and answer_title = old.answer_title and here = old.here and people = 0;
end;
create trigger board_people_d after delete on board_people begin
    update board_progress set people = people - 1 where app_id = old.app_id and answer_title = old.answer_title and here = old.here;
    delete from board_progress where app_id = old.app_id and answer_title = old.answer_title and here = old.here and people = 0;
end;

-- A ZIP that somebody asked for: which pictures it holds, so that a download that broke off goes on where it stopped. Kept for a day.
create table media_bundles (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    -- Who asked, as in `actor`; nobody else gets it.
    made_by text not null,
    name text not null,
    -- Ids of pictures as a JSON list, newest first.
    pictures text not null,
    created_at integer not null
) strict;
create index media_bundles_by_age on media_bundles (created_at);

-- The checksum that a ZIP wants of each file, noted when the bytes are first read for one.
alter table contents add column crc32 integer;
