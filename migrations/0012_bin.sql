-- Pictures that were deleted lie here for a while, whole, and can come back. Out of `media` no list, count, board or worker meets them.

-- All columns of `media`, and what hung on the picture.
create table media_bin (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    media_id text not null,
    user_id text not null,
    answer_title text not null,
    question_id text not null,
    state text not null check (state in ('pending', 'stored', 'failed', 'expired')),
    kind text,
    file_name text,
    sha256 blob references contents (sha256),
    attempts integer not null,
    doubts integer not null,
    next_attempt_at integer not null,
    errcode integer,
    errmsg text,
    reason text,
    actor text not null,
    created_at integer not null,
    stored_at integer,
    expires_at integer not null,
    review text not null,
    review_reason text,
    review_comment text,
    reviewer text,
    reviewed_at integer,
    -- Rows of `reviews` and `media_asks` as JSON, and which asks for other pictures this one answered.
    reviews text not null,
    asks text not null,
    answered text not null,
    -- Who, as in `actor`; a rule's doing is the system's.
    deleted_by text not null,
    deleted_at integer not null,
    -- When it goes for good.
    purge_at integer not null,
    constraint media_bin_once unique (app_id, media_id)
) strict;
create index media_bin_of_account on media_bin (app_id, deleted_at, id);
create index media_bin_by_user on media_bin (app_id, user_id, id);
create index media_bin_due on media_bin (purge_at, id);
create index media_bin_by_content on media_bin (sha256) where sha256 is not null;

-- Contents that no picture has any more: written down in the transaction that let the last one go, removed from disk after it.
create table contents_leaving (
    sha256 blob primary key not null
) strict, without rowid;

-- A picture that comes back out of the bin is no new one: it answers nothing that was asked meanwhile.
drop trigger media_answers_asks;
create trigger media_answers_asks after insert on media when not exists (select 1 from media_bin where id = new.id) begin
    update media_asks set replaced_by = new.id, replaced_at = new.created_at
    where replaced_at is null and asked_at <= new.created_at and media_id in (
        select m.id from media m where m.app_id = new.app_id and m.answer_title = new.answer_title and m.user_id = new.user_id
            and m.question_id = new.question_id and m.id <> new.id
    );
end;

-- Whom the lists of people know under another name is asked when somebody's data is exported or erased.
create index media_rosters_by_openid on media_rosters (app_id, openid) where openid is not null;
