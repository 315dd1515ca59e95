-- One template to many: batches, their counts, and the order in which messages go out.

create table batches (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    name text not null,
    template_id text not null,
    -- What all recipients share; each message carries its own whole data.
    data text not null,
    url text,
    miniprogram text,
    state text not null check (state in ('awaiting_approval', 'scheduled', 'running', 'paused', 'done', 'cancelled')),
    reason text,
    errcode integer,
    errmsg text,
    -- Milliseconds a message may wait once the batch may start.
    ttl integer not null,
    send_at integer not null,
    actor text not null,
    -- A word made from whatever asked for it: a second submission lands on the same batch.
    request text,
    -- Recipients named twice, and those refused at once, as JSON.
    duplicates integer not null default 0,
    rejected text not null default '[]',
    total integer not null default 0,
    queued integer not null default 0,
    sending integer not null default 0,
    accepted integer not null default 0,
    delivered integer not null default 0,
    failed integer not null default 0,
    unknown integer not null default 0,
    cancelled integer not null default 0,
    created_at integer not null,
    started_at integer,
    ended_at integer
) strict;
create unique index batches_of_request on batches (request) where request is not null;
create index batches_of_account on batches (app_id, id);
create index batches_by_state on batches (app_id, state, id);
create index batches_live on batches (app_id, id) where state in ('scheduled', 'running', 'paused');

-- The counts follow the rows inside the same transaction, whoever moves a row.
create trigger batches_count after update of state on messages when new.batch_id is not null and new.state <> old.state begin
    update batches set
        queued = queued + (new.state = 'queued') - (old.state = 'queued'),
        sending = sending + (new.state = 'sending') - (old.state = 'sending'),
        accepted = accepted + (new.state = 'accepted') - (old.state = 'accepted'),
        delivered = delivered + (new.state = 'delivered') - (old.state = 'delivered'),
        failed = failed + (new.state = 'failed') - (old.state = 'failed'),
        unknown = unknown + (new.state = 'unknown') - (old.state = 'unknown'),
        cancelled = cancelled + (new.state = 'cancelled') - (old.state = 'cancelled')
    where id = new.batch_id;
end;

-- Messages wait in lanes, one a batch and one for single messages; a lane that stands still costs the others nothing.
drop index messages_due;
create index messages_due on messages (app_id, batch_id, not_before, id) where state in ('queued', 'sending');
create index messages_ending on messages (app_id, expires_at) where state in ('queued', 'sending');
create index messages_of_batch_by_state on messages (batch_id, state, id) where batch_id is not null;
create index messages_doubtful on messages (app_id, intent_at) where state = 'queued' and intent_at is not null;
