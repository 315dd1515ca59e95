-- Webhooks hear also of a verdict that was taken back and of a second opinion that is asked for; and what they are told of a picture has
-- the request and the link of a video that could not be kept.

drop trigger webhook_media;
create trigger webhook_media after update of state, review, reviewed_at on media
when (new.state <> old.state and new.state in ('stored', 'failed', 'expired')
        or new.review <> old.review or new.reviewed_at is not old.reviewed_at)
    and exists (select 1 from webhook_endpoints where app_id = new.app_id and enabled = 1 and instr(types,
        ' media.' || case when new.state <> old.state then new.state when new.review = 'pass' then 'accepted' when new.review = 'reject'
            then 'rejected' else 'review_cleared' end || ' ') > 0)
begin
    insert into webhook_outbox (app_id, type, row, at)
    select new.app_id,
        'media.' || case when new.state <> old.state then new.state when new.review = 'pass' then 'accepted' when new.review = 'reject'
            then 'rejected' else 'review_cleared' end,
        json_object(
            'id', new.id, 'app_id', new.app_id, 'media_id', new.media_id, 'user_id', new.user_id, 'answer_title', new.answer_title,
            'question_id', new.question_id, 'state', new.state, 'kind', new.kind, 'file_name', new.file_name,
            'sha256', lower(hex(new.sha256)), 'attempts', new.attempts, 'doubts', new.doubts, 'next_attempt_at', new.next_attempt_at,
            'errcode', new.errcode, 'errmsg', new.errmsg, 'reason', new.reason, 'created_at', new.created_at, 'stored_at', new.stored_at,
            'expires_at', new.expires_at, 'bytes', c.bytes, 'content_type', c.content_type, 'width', c.width, 'height', c.height,
            'thumb', c.thumb, 'review', new.review, 'review_reason', new.review_reason, 'review_comment', new.review_comment,
            'reviewer', new.reviewer, 'reviewed_at', new.reviewed_at,
            'video_link', (select url from media_links where media_id = new.id),
            'opinion', (select json_object('by', asked_by, 'note', note, 'at', asked_at) from opinion_requests
                where media_id = new.id and new.review <> 'none')),
        case when new.state = old.state then new.reviewed_at when new.state = 'stored' then new.stored_at end
    from (select 1) left join contents c on c.sha256 = new.sha256;
end;

create trigger webhook_opinions after insert on opinion_requests
when exists (select 1 from webhook_endpoints where app_id = new.app_id and enabled = 1 and instr(types, ' media.opinion_requested ') > 0)
begin
    insert into webhook_outbox (app_id, type, row, at)
    select m.app_id, 'media.opinion_requested',
        json_object(
            'id', m.id, 'app_id', m.app_id, 'media_id', m.media_id, 'user_id', m.user_id, 'answer_title', m.answer_title,
            'question_id', m.question_id, 'state', m.state, 'kind', m.kind, 'file_name', m.file_name,
            'sha256', lower(hex(m.sha256)), 'attempts', m.attempts, 'doubts', m.doubts, 'next_attempt_at', m.next_attempt_at,
            'errcode', m.errcode, 'errmsg', m.errmsg, 'reason', m.reason, 'created_at', m.created_at, 'stored_at', m.stored_at,
            'expires_at', m.expires_at, 'bytes', c.bytes, 'content_type', c.content_type, 'width', c.width, 'height', c.height,
            'thumb', c.thumb, 'review', m.review, 'review_reason', m.review_reason, 'review_comment', m.review_comment,
            'reviewer', m.reviewer, 'reviewed_at', m.reviewed_at,
            'video_link', (select url from media_links where media_id = m.id),
            'opinion', json_object('by', new.asked_by, 'note', new.note, 'at', new.asked_at)),
        new.asked_at
    from media m left join contents c on c.sha256 = m.sha256 where m.id = new.media_id;
end;
