-- A key that was replaced stays good beside the new one until `old_until`.
alter table api_keys add column rotated_at integer;
alter table api_keys add column old_hash blob;
alter table api_keys add column old_prefix text;
alter table api_keys add column old_until integer;
alter table api_keys add column old_last_used_at integer;
create unique index api_keys_old_hash on api_keys (old_hash) where old_hash is not null;
drop trigger keys_changed_u;
create trigger keys_changed_u after update of scopes, app_id, addresses, expires_at, revoked_at, hash, old_until on api_keys begin update settings set value = cast(value as integer) + 1 where name = 'revision'; end;
