-- Asking for a picture again rests for ten seconds, and can be taken back: then it waits for nothing any more.
alter table media_asks add column taken_back_at integer;

drop index media_asks_open;
create index media_asks_open on media_asks (media_id) where replaced_at is null and taken_back_at is null;

drop trigger media_answers_asks_at_once;
create trigger media_answers_asks_at_once after insert on media
when new.state = 'stored' and not exists (select 1 from media_bin where id = new.id) begin
    update media_asks set replaced_by = new.id, replaced_at = coalesce(new.stored_at, new.created_at)
    where replaced_at is null and taken_back_at is null and asked_at <= new.created_at and media_id in (
        select m.id from media m where m.app_id = new.app_id and m.answer_title = new.answer_title and m.user_id = new.user_id
            and m.question_id = new.question_id and m.id <> new.id
    );
end;

drop trigger media_answers_asks;
create trigger media_answers_asks after update of state on media when new.state = 'stored' and old.state <> 'stored' begin
    update media_asks set replaced_by = new.id, replaced_at = coalesce(new.stored_at, new.created_at)
    where replaced_at is null and taken_back_at is null and asked_at <= new.created_at and media_id in (
        select m.id from media m where m.app_id = new.app_id and m.answer_title = new.answer_title and m.user_id = new.user_id
            and m.question_id = new.question_id and m.id <> new.id
    );
end;

-- Wherever its message is taken back, the ask is.
create trigger media_asks_taken_back after update of state on messages
when new.state = 'cancelled' and old.state <> 'cancelled' and new.draft_id glob 'ask:*' begin
    update media_asks set taken_back_at = coalesce(new.settled_at, new.created_at)
    where media_id = substr(new.draft_id, 5, 32) and message_id = new.id and replaced_at is null;
end;
