-- The first schema. Times are Unix milliseconds; lists and maps are JSON text; secrets are sealed blobs.

create table settings (
    name text primary key not null,
    value text not null
) strict;

-- Raised by the triggers below, so that a running server notices what the command line changed.
insert into settings (name, value) values ('revision', '0');

create table accounts (
    app_id text primary key not null,
    name text not null,
    secret blob not null,
    original_id text,
    api_base text not null,
    token_mode text not null default 'stable' check (token_mode in ('stable', 'classic')),
    callback_token blob,
    aes_key blob,
    callback_mode text not null default 'plain' check (callback_mode in ('plain', 'compatible', 'safe')),
    forward_callback text,
    js_domains text not null default '[]',
    h5_origins text not null default '[]',
    sandbox integer not null default 0 check (sandbox in (0, 1)),
    templates_synced_at integer,
    followers_synced_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;

create table users (
    id text primary key not null,
    name text not null collate nocase,
    password_hash text not null,
    role text not null check (role in ('admin', 'sender', 'reviewer', 'developer')),
    disabled integer not null default 0 check (disabled in (0, 1)),
    lang text check (lang in ('zh', 'en')),
    theme text check (theme in ('light', 'dark')),
    openid text,
    created_at integer not null,
    last_seen_at integer,
    constraint users_name_taken unique (name)
) strict;

-- Only the SHA-256 of a session id is kept: a copy of this table signs nobody in.
create table sessions (
    id_hash blob primary key not null,
    user_id text references users (id) on delete cascade,
    data text not null,
    created_at integer not null,
    expires_at integer not null,
    seen_at integer not null,
    address text,
    agent text
) strict;
create index sessions_of_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

create table api_keys (
    id text primary key not null,
    name text not null,
    prefix text not null,
    hash blob not null,
    scopes text not null,
    app_id text,
    addresses text not null default '[]',
    owner_id text,
    created_at integer not null,
    expires_at integer,
    revoked_at integer,
    last_used_at integer,
    calls integer not null default 0,
    calls_day integer not null default 0,
    constraint api_keys_hash unique (hash)
) strict;
create unique index api_keys_name on api_keys (name) where revoked_at is null;

create table idempotency (
    key_id text not null,
    route text not null,
    key text not null,
    body_hash blob not null,
    status integer,
    answer text,
    created_at integer not null,
    primary key (key_id, route, key)
) strict;
create index idempotency_by_age on idempotency (created_at);

-- Append-only; each line carries the hash of the one before it.
create table audit (
    id integer primary key autoincrement,
    at integer not null,
    actor text not null,
    actor_kind text not null check (actor_kind in ('user', 'key', 'command', 'system')),
    action text not null,
    object text not null,
    detail text not null default '{}',
    address text,
    previous blob not null,
    hash blob not null
) strict;

create table tokens (
    app_id text not null references accounts (app_id) on delete cascade,
    kind text not null check (kind in ('access_token', 'jsapi_ticket')),
    value blob not null,
    generation integer not null,
    fetched_at integer not null,
    expires_at integer not null,
    primary key (app_id, kind)
) strict;

create table token_refreshes (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    kind text not null check (kind in ('access_token', 'jsapi_ticket')),
    cause text not null check (cause in ('start', 'ahead', 'stale', 'asked', 'forced', 'retry', 'check')),
    actor text,
    ok integer not null check (ok in (0, 1)),
    errcode integer,
    errmsg text,
    elapsed_ms integer not null,
    generation integer,
    expires_at integer,
    at integer not null
) strict;
create index token_refreshes_of on token_refreshes (app_id, id);

create table templates (
    app_id text not null references accounts (app_id) on delete cascade,
    template_id text not null,
    title text not null,
    content text not null,
    example text not null default '',
    primary_industry text not null default '',
    deputy_industry text not null default '',
    first_seen_at integer not null,
    seen_at integer not null,
    gone_at integer,
    last_used_at integer,
    primary key (app_id, template_id)
) strict;

create table drafts (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    user_id text not null references users (id) on delete cascade,
    template_id text,
    data text not null default '{}',
    target text not null default 'none' check (target in ('none', 'web', 'mini')),
    url text not null default '',
    mini_app_id text not null default '',
    mini_path text not null default '',
    recipients text not null default '',
    sent_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create index drafts_of_user on drafts (user_id, updated_at);

create table messages (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    batch_id text,
    draft_id text,
    touser text not null,
    template_id text not null,
    data text not null,
    url text,
    miniprogram text,
    state text not null check (state in ('queued', 'sending', 'accepted', 'delivered', 'failed', 'unknown', 'cancelled')),
    msgid integer,
    client_msg_id text not null,
    errcode integer,
    errmsg text,
    reason text,
    attempts integer not null default 0,
    not_before integer not null,
    expires_at integer not null,
    actor text not null,
    created_at integer not null,
    intent_at integer,
    sent_at integer,
    settled_at integer
) strict;
create unique index messages_of_draft on messages (draft_id, touser) where draft_id is not null;
create index messages_of_account on messages (app_id, id);
create index messages_by_state on messages (app_id, state, id);
create index messages_by_touser on messages (app_id, touser, id);
create index messages_by_template on messages (app_id, template_id, id);
create index messages_by_batch on messages (batch_id, id) where batch_id is not null;
create index messages_by_msgid on messages (app_id, msgid) where msgid is not null;
create index messages_due on messages (app_id, not_before, id) where state in ('queued', 'sending');

-- Why an account's sending stands still, if it does.
create table sending_holds (
    app_id text primary key not null references accounts (app_id) on delete cascade,
    errcode integer not null,
    errmsg text not null,
    since integer not null,
    try_again_at integer not null
) strict;

create table callback_events (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    dedupe_key text not null,
    kind text not null,
    openid text,
    body blob not null,
    received_at integer not null,
    handled_at integer,
    constraint callback_once unique (app_id, dedupe_key)
) strict;
create index callback_unhandled on callback_events (id) where handled_at is null;

create table receipts (
    id integer primary key autoincrement,
    app_id text not null references accounts (app_id) on delete cascade,
    msgid integer,
    openid text not null,
    status text not null,
    happened_at integer not null,
    received_at integer not null,
    message_id text
) strict;
create unique index receipts_once on receipts (app_id, msgid, openid, status, happened_at);
create index receipts_open on receipts (app_id, msgid) where message_id is null;

create table followers (
    app_id text not null references accounts (app_id) on delete cascade,
    openid text not null,
    following integer not null check (following in (0, 1)),
    nickname text not null default '',
    remark text not null default '',
    unionid text,
    tags text not null default '[]',
    scene text not null default '',
    followed_at integer,
    unfollowed_at integer,
    updated_at integer not null,
    primary key (app_id, openid)
) strict, without rowid;
create index followers_by_time on followers (app_id, followed_at, openid);

create table follower_tags (
    app_id text not null references accounts (app_id) on delete cascade,
    id integer not null,
    name text not null,
    primary key (app_id, id)
) strict;

create table contents (
    sha256 blob primary key not null,
    bytes integer not null,
    content_type text not null,
    width integer,
    height integer,
    thumb integer not null default 0 check (thumb in (0, 1)),
    created_at integer not null
) strict;

create table media (
    id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    media_id text not null,
    user_id text not null,
    answer_title text not null,
    question_id text not null,
    state text not null check (state in ('pending', 'downloading', 'stored', 'failed', 'expired')),
    kind text,
    file_name text,
    sha256 blob references contents (sha256),
    attempts integer not null default 0,
    next_attempt_at integer not null,
    errcode integer,
    errmsg text,
    reason text,
    actor text not null,
    created_at integer not null,
    stored_at integer,
    expires_at integer not null,
    constraint media_once unique (app_id, media_id)
) strict;
create index media_of_account on media (app_id, id);
create index media_by_state on media (app_id, state, id);
create index media_by_user on media (app_id, user_id, id);
create index media_by_title on media (app_id, answer_title, id);
create index media_by_question on media (app_id, question_id, id);
create index media_due on media (next_attempt_at) where state in ('pending', 'downloading');
create index media_by_content on media (sha256) where sha256 is not null;

create trigger accounts_changed_i after insert on accounts begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger accounts_changed_u after update on accounts begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger accounts_changed_d after delete on accounts begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger users_changed_i after insert on users begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger users_changed_u after update of name, password_hash, role, disabled on users begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger users_changed_d after delete on users begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger keys_changed_i after insert on api_keys begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
create trigger keys_changed_u after update of scopes, app_id, addresses, expires_at, revoked_at on api_keys begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
