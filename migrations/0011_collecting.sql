-- Collecting the pictures of a title: who is expected to send them, and whom a rejected one was asked for again.

create table media_rosters (
    app_id text not null references accounts (app_id) on delete cascade,
    answer_title text not null,
    user_id text not null,
    -- Where to reach the person; unknown where the list did not say.
    openid text,
    name text not null default '',
    primary key (app_id, answer_title, user_id)
) strict, without rowid;

-- Everything a board needs of a picture, so that it is read off this index alone.
create index media_on_board on media (app_id, answer_title, user_id, question_id, state, review, id);

-- The n-th time that a rejected picture was asked for again. The message is filed in the same transaction.
create table media_asks (
    media_id text not null references media (id) on delete cascade,
    number integer not null,
    openid text not null,
    message_id text not null,
    asked_by text not null,
    asked_at integer not null,
    -- The picture that came in its place.
    replaced_by text references media (id) on delete set null,
    replaced_at integer,
    primary key (media_id, number)
) strict, without rowid;
create index media_asks_open on media_asks (media_id) where replaced_at is null;
create index media_asks_replaced on media_asks (replaced_by) where replaced_by is not null;

-- Whichever way the next picture for the same question comes in, it answers what was asked before.
create trigger media_answers_asks after insert on media begin
    update media_asks set replaced_by = new.id, replaced_at = new.created_at
    where replaced_at is null and asked_at <= new.created_at and media_id in (
        select m.id from media m where m.app_id = new.app_id and m.answer_title = new.answer_title and m.user_id = new.user_id
            and m.question_id = new.question_id and m.id <> new.id
    );
end;
