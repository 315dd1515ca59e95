-- A picture that was asked for again is answered once the new one is here, not when it is merely announced: its download may fail.

drop trigger media_answers_asks;

create trigger media_answers_asks_at_once after insert on media
when new.state = 'stored' and not exists (select 1 from media_bin where id = new.id) begin
    update media_asks set replaced_by = new.id, replaced_at = coalesce(new.stored_at, new.created_at)
    where replaced_at is null and asked_at <= new.created_at and media_id in (
        select m.id from media m where m.app_id = new.app_id and m.answer_title = new.answer_title and m.user_id = new.user_id
            and m.question_id = new.question_id and m.id <> new.id
    );
end;

create trigger media_answers_asks after update of state on media when new.state = 'stored' and old.state <> 'stored' begin
    update media_asks set replaced_by = new.id, replaced_at = coalesce(new.stored_at, new.created_at)
    where replaced_at is null and asked_at <= new.created_at and media_id in (
        select m.id from media m where m.app_id = new.app_id and m.answer_title = new.answer_title and m.user_id = new.user_id
            and m.question_id = new.question_id and m.id <> new.id
    );
end;

-- What was answered by a picture that never came waits again.
update media_asks set replaced_by = null, replaced_at = null
where replaced_by in (select id from media where state in ('failed', 'expired'));
