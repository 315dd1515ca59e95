-- Every secret that was rotated out signs until its own end, however many rotations come in between; and a failure after days of silence
-- is a new trouble, not the old one.

create table webhook_old_secrets (
    endpoint_id text not null references webhook_endpoints (id) on delete cascade,
    -- Sealed.
    secret blob not null,
    until integer not null
) strict;
create index webhook_old_secrets_of on webhook_old_secrets (endpoint_id, until);

insert into webhook_old_secrets (endpoint_id, secret, until)
select id, old_secret, old_until from webhook_endpoints where old_secret is not null and old_until is not null;

alter table webhook_endpoints drop column old_secret;
alter table webhook_endpoints drop column old_until;
alter table webhook_endpoints add column failed_at integer;
