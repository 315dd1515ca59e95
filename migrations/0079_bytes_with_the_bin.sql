-- How many bytes an account takes on disk, the bin included, equal contents once: what counts against its quota. Kept by triggers, as
-- `media_totals` is, which leaves the bin out. A picture that moves between the two is counted in the one before it leaves the other.
create table media_kept (
    app_id text not null references accounts (app_id) on delete cascade,
    sha256 blob not null,
    uses integer not null,
    primary key (app_id, sha256)
) strict, without rowid;
create table media_kept_totals (
    app_id text primary key not null references accounts (app_id) on delete cascade,
    bytes integer not null
) strict, without rowid;

insert into media_kept (app_id, sha256, uses)
    select app_id, sha256, sum(uses) from (
        select app_id, sha256, uses from media_held
        union all select app_id, sha256, count(*) from media_bin where sha256 is not null group by app_id, sha256
    ) group by app_id, sha256;
insert into media_kept_totals (app_id, bytes)
    select a.app_id, (select coalesce(sum(c.bytes), 0) from media_kept k join contents c on c.sha256 = k.sha256 where k.app_id = a.app_id)
    from accounts a;

create trigger media_kept_i after insert on media when new.sha256 is not null begin
    insert into media_kept_totals (app_id, bytes)
        select new.app_id, 0 where not exists (select 1 from media_kept_totals where app_id = new.app_id);
    update media_kept_totals set bytes = bytes + (select bytes from contents where sha256 = new.sha256)
        where app_id = new.app_id and not exists (select 1 from media_kept where app_id = new.app_id and sha256 = new.sha256);
    insert into media_kept (app_id, sha256, uses)
        select new.app_id, new.sha256, 0 where not exists (select 1 from media_kept where app_id = new.app_id and sha256 = new.sha256);
    update media_kept set uses = uses + 1 where app_id = new.app_id and sha256 = new.sha256;
end;
create trigger media_kept_u after update of sha256 on media when new.sha256 is not null and new.sha256 is not old.sha256 begin
    insert into media_kept_totals (app_id, bytes)
        select new.app_id, 0 where not exists (select 1 from media_kept_totals where app_id = new.app_id);
    update media_kept_totals set bytes = bytes + (select bytes from contents where sha256 = new.sha256)
        where app_id = new.app_id and not exists (select 1 from media_kept where app_id = new.app_id and sha256 = new.sha256);
    insert into media_kept (app_id, sha256, uses)
        select new.app_id, new.sha256, 0 where not exists (select 1 from media_kept where app_id = new.app_id and sha256 = new.sha256);
    update media_kept set uses = uses + 1 where app_id = new.app_id and sha256 = new.sha256;
end;
create trigger media_kept_bin_i after insert on media_bin when new.sha256 is not null begin
    insert into media_kept_totals (app_id, bytes)
        select new.app_id, 0 where not exists (select 1 from media_kept_totals where app_id = new.app_id);
    update media_kept_totals set bytes = bytes + (select bytes from contents where sha256 = new.sha256)
        where app_id = new.app_id and not exists (select 1 from media_kept where app_id = new.app_id and sha256 = new.sha256);
    insert into media_kept (app_id, sha256, uses)
        select new.app_id, new.sha256, 0 where not exists (select 1 from media_kept where app_id = new.app_id and sha256 = new.sha256);
    update media_kept set uses = uses + 1 where app_id = new.app_id and sha256 = new.sha256;
end;
create trigger media_unkept_u after update of sha256 on media when old.sha256 is not null and new.sha256 is not old.sha256 begin
    update media_kept set uses = uses - 1 where app_id = old.app_id and sha256 = old.sha256;
    update media_kept_totals set bytes = bytes - (select bytes from contents where sha256 = old.sha256)
        where app_id = old.app_id and exists (select 1 from media_kept where app_id = old.app_id and sha256 = old.sha256 and uses = 0);
    delete from media_kept where app_id = old.app_id and sha256 = old.sha256 and uses = 0;
end;
create trigger media_unkept_d after delete on media when old.sha256 is not null begin
    update media_kept set uses = uses - 1 where app_id = old.app_id and sha256 = old.sha256;
    update media_kept_totals set bytes = bytes - (select bytes from contents where sha256 = old.sha256)
        where app_id = old.app_id and exists (select 1 from media_kept where app_id = old.app_id and sha256 = old.sha256 and uses = 0);
    delete from media_kept where app_id = old.app_id and sha256 = old.sha256 and uses = 0;
end;
create trigger media_unkept_bin_d after delete on media_bin when old.sha256 is not null begin
    update media_kept set uses = uses - 1 where app_id = old.app_id and sha256 = old.sha256;
    update media_kept_totals set bytes = bytes - (select bytes from contents where sha256 = old.sha256)
        where app_id = old.app_id and exists (select 1 from media_kept where app_id = old.app_id and sha256 = old.sha256 and uses = 0);
    delete from media_kept where app_id = old.app_id and sha256 = old.sha256 and uses = 0;
end;
