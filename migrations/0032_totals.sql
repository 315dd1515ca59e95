-- How many pictures an account has, and how many bytes on disk, equal contents once: kept by triggers, so that no page counts a million
-- rows to say it.
create table media_totals (
    app_id text primary key not null references accounts (app_id) on delete cascade,
    filed integer not null,
    bytes integer not null
) strict, without rowid;
-- How many pictures of an account have a content.
create table media_held (
    app_id text not null references accounts (app_id) on delete cascade,
    sha256 blob not null,
    uses integer not null,
    primary key (app_id, sha256)
) strict, without rowid;

insert into media_held (app_id, sha256, uses) select app_id, sha256, count(*) from media where sha256 is not null group by app_id, sha256;
insert into media_totals (app_id, filed, bytes)
    select a.app_id, (select count(*) from media m where m.app_id = a.app_id),
        (select coalesce(sum(c.bytes), 0) from media_held h join contents c on c.sha256 = h.sha256 where h.app_id = a.app_id)
    from accounts a;

create trigger media_counted_i after insert on media begin
    insert into media_totals (app_id, filed, bytes)
        select new.app_id, 0, 0 where not exists (select 1 from media_totals where app_id = new.app_id);
    update media_totals set filed = filed + 1, bytes = bytes + coalesce((select c.bytes from contents c where c.sha256 = new.sha256
            and not exists (select 1 from media_held where app_id = new.app_id and sha256 = new.sha256)), 0)
        where app_id = new.app_id;
    insert into media_held (app_id, sha256, uses) select new.app_id, new.sha256, 0
        where new.sha256 is not null and not exists (select 1 from media_held where app_id = new.app_id and sha256 = new.sha256);
    update media_held set uses = uses + 1 where app_id = new.app_id and sha256 = new.sha256;
end;
create trigger media_counted_d after delete on media begin
    update media_totals set filed = filed - 1 where app_id = old.app_id;
end;
create trigger media_held_u after update of sha256 on media when new.sha256 is not null and new.sha256 is not old.sha256 begin
    update media_totals set bytes = bytes + (select bytes from contents where sha256 = new.sha256)
        where app_id = new.app_id and not exists (select 1 from media_held where app_id = new.app_id and sha256 = new.sha256);
    insert into media_held (app_id, sha256, uses)
        select new.app_id, new.sha256, 0 where not exists (select 1 from media_held where app_id = new.app_id and sha256 = new.sha256);
    update media_held set uses = uses + 1 where app_id = new.app_id and sha256 = new.sha256;
end;
create trigger media_let_go_u after update of sha256 on media when old.sha256 is not null and new.sha256 is not old.sha256 begin
    update media_held set uses = uses - 1 where app_id = old.app_id and sha256 = old.sha256;
    update media_totals set bytes = bytes - (select bytes from contents where sha256 = old.sha256)
        where app_id = old.app_id and exists (select 1 from media_held where app_id = old.app_id and sha256 = old.sha256 and uses = 0);
    delete from media_held where app_id = old.app_id and sha256 = old.sha256 and uses = 0;
end;
create trigger media_let_go_d after delete on media when old.sha256 is not null begin
    update media_held set uses = uses - 1 where app_id = old.app_id and sha256 = old.sha256;
    update media_totals set bytes = bytes - (select bytes from contents where sha256 = old.sha256)
        where app_id = old.app_id and exists (select 1 from media_held where app_id = old.app_id and sha256 = old.sha256 and uses = 0);
    delete from media_held where app_id = old.app_id and sha256 = old.sha256 and uses = 0;
end;
