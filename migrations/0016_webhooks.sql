-- Signed outgoing webhooks: who wants to hear of what, what happened, and who was told how often. Times are Unix milliseconds.

create table webhook_endpoints (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    url text not null,
    description text not null default '',
    -- Event types with a blank around each, such as ` message.failed batch.ended `.
    types text not null,
    -- Whether an administrator allowed addresses of the own network.
    inside integer not null default 0 check (inside in (0, 1)),
    -- Sealed. The one before signs as well until `old_until`.
    secret blob not null,
    old_secret blob,
    old_until integer,
    enabled integer not null default 1 check (enabled in (0, 1)),
    -- Why it was switched off, if nobody did: the receiver said 410, or failed for days.
    stopped text check (stopped in ('gone', 'failing')),
    -- Since when nothing but failures came back.
    failing_since integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create index webhook_endpoints_of on webhook_endpoints (app_id, id);

-- What happened, as its row stood then. Written by the triggers below inside the transaction of the change itself, and only if an
-- endpoint wants to know; taken out by the worker, which writes the event and its deliveries in its place.
create table webhook_outbox (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    type text not null,
    row text not null,
    -- When it happened, where the row says so.
    at integer
) strict;

-- An event as it is sent. The id is the header `webhook-id`: the same however often and to however many it goes.
create table webhook_events (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    type text not null,
    body text not null,
    created_at integer not null
) strict;
create index webhook_events_by_age on webhook_events (created_at);

create table webhook_deliveries (
    id integer primary key autoincrement,
    endpoint_id text not null references webhook_endpoints (id) on delete cascade,
    event_id text not null references webhook_events (id) on delete cascade,
    state text not null check (state in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    next_at integer not null,
    -- The last answer's HTTP status, or a stable word for why there was none.
    status integer,
    error text,
    last_at integer,
    created_at integer not null,
    constraint webhook_deliveries_once unique (event_id, endpoint_id)
) strict;
create index webhook_deliveries_of on webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_at, id) where state = 'pending';
create index webhook_deliveries_failed on webhook_deliveries (endpoint_id, last_at) where state = 'failed';

create trigger webhook_messages after update of state on messages
when new.state <> old.state and new.state in ('delivered', 'failed', 'unknown') and exists (
    select 1 from webhook_endpoints where app_id = new.app_id and enabled = 1 and instr(types, ' message.' || new.state || ' ') > 0)
begin
    insert into webhook_outbox (app_id, type, row, at) values (new.app_id, 'message.' || new.state, json_object(
        'id', new.id, 'app_id', new.app_id, 'batch_id', new.batch_id, 'draft_id', new.draft_id, 'touser', new.touser,
        'template_id', new.template_id, 'data', new.data, 'url', new.url, 'miniprogram', new.miniprogram, 'state', new.state,
        'msgid', new.msgid, 'client_msg_id', new.client_msg_id, 'errcode', new.errcode, 'errmsg', new.errmsg, 'reason', new.reason,
        'attempts', new.attempts, 'not_before', new.not_before, 'expires_at', new.expires_at, 'actor', new.actor,
        'created_at', new.created_at, 'intent_at', new.intent_at, 'sent_at', new.sent_at, 'settled_at', new.settled_at), new.settled_at);
end;

create trigger webhook_batches after update of state on batches
when new.state <> old.state and new.state in ('done', 'cancelled') and exists (
    select 1 from webhook_endpoints where app_id = new.app_id and enabled = 1 and instr(types, ' batch.ended ') > 0)
begin
    insert into webhook_outbox (app_id, type, row, at) values (new.app_id, 'batch.ended', json_object(
        'id', new.id, 'app_id', new.app_id, 'name', new.name, 'template_id', new.template_id, 'data', new.data, 'url', new.url,
        'miniprogram', new.miniprogram, 'state', new.state, 'reason', new.reason, 'errcode', new.errcode, 'errmsg', new.errmsg,
        'ttl', new.ttl, 'send_at', new.send_at, 'actor', new.actor, 'request', new.request, 'duplicates', new.duplicates,
        'rejected', '[]', 'total', new.total, 'queued', new.queued, 'sending', new.sending, 'accepted', new.accepted,
        'delivered', new.delivered, 'failed', new.failed, 'unknown', new.unknown, 'cancelled', new.cancelled,
        'canary_first', new.canary_first, 'canary_percent', new.canary_percent, 'canary_last', new.canary_last,
        'canary_ended_at', new.canary_ended_at, 'created_at', new.created_at, 'started_at', new.started_at, 'ended_at', new.ended_at), new.ended_at);
end;

-- One trigger for both ways a picture can become news: it was fetched or not, or it was judged.
create trigger webhook_media after update of state, review, reviewed_at on media
when (new.state <> old.state and new.state in ('stored', 'failed', 'expired')
        or (new.review <> old.review or new.reviewed_at is not old.reviewed_at) and new.review <> 'none')
    and exists (select 1 from webhook_endpoints where app_id = new.app_id and enabled = 1 and instr(types,
        ' media.' || case when new.state <> old.state then new.state when new.review = 'pass' then 'accepted' else 'rejected' end || ' ') > 0)
begin
    insert into webhook_outbox (app_id, type, row, at)
    select new.app_id,
        'media.' || case when new.state <> old.state then new.state when new.review = 'pass' then 'accepted' else 'rejected' end,
        json_object(
            'id', new.id, 'app_id', new.app_id, 'media_id', new.media_id, 'user_id', new.user_id, 'answer_title', new.answer_title,
            'question_id', new.question_id, 'state', new.state, 'kind', new.kind, 'file_name', new.file_name,
            'sha256', lower(hex(new.sha256)), 'attempts', new.attempts, 'doubts', new.doubts, 'next_attempt_at', new.next_attempt_at,
            'errcode', new.errcode, 'errmsg', new.errmsg, 'reason', new.reason, 'created_at', new.created_at, 'stored_at', new.stored_at,
            'expires_at', new.expires_at, 'bytes', c.bytes, 'content_type', c.content_type, 'width', c.width, 'height', c.height,
            'thumb', c.thumb, 'review', new.review, 'review_reason', new.review_reason, 'review_comment', new.review_comment,
            'reviewer', new.reviewer, 'reviewed_at', new.reviewed_at),
        case when new.state = old.state then new.reviewed_at when new.state = 'stored' then new.stored_at end
    from (select 1) left join contents c on c.sha256 = new.sha256;
end;
