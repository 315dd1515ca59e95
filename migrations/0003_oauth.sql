-- Tickets of web authorization: who came back from WeChat, told once to the business system that holds the ticket.

-- Only the SHA-256 of a ticket is kept: a copy of this table redeems nothing.
create table oauth_tickets (
    hash blob primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    openid text not null,
    unionid text,
    scope text not null,
    snapshot integer not null check (snapshot in (0, 1)),
    nickname text,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;
create index oauth_tickets_by_expiry on oauth_tickets (expires_at);
