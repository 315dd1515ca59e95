-- What is rare within a title: without these, a title's thousands are walked to find that none of them failed, waits or was rejected.
create index media_title_unstored on media (app_id, answer_title, state, id) where state <> 'stored';
create index media_title_unreviewed on media (app_id, answer_title, id) where state = 'stored' and review = 'none';
create index media_title_rejected on media (app_id, answer_title, id) where review = 'reject';

-- How many pictures an account got on a day (in China, numbered since 1970), kept by triggers for the gallery's headings.
create table media_days (
    app_id text not null references accounts (app_id) on delete cascade,
    day integer not null,
    filed integer not null,
    primary key (app_id, day)
) strict, without rowid;
insert into media_days (app_id, day, filed) select app_id, (created_at + 28800000) / 86400000, count(*) from media group by 1, 2;
create trigger media_days_i after insert on media begin
    insert into media_days (app_id, day, filed) select new.app_id, (new.created_at + 28800000) / 86400000, 0
        where not exists (select 1 from media_days where app_id = new.app_id and day = (new.created_at + 28800000) / 86400000);
    update media_days set filed = filed + 1 where app_id = new.app_id and day = (new.created_at + 28800000) / 86400000;
end;
create trigger media_days_d after delete on media begin
    update media_days set filed = filed - 1 where app_id = old.app_id and day = (old.created_at + 28800000) / 86400000;
    delete from media_days where app_id = old.app_id and day = (old.created_at + 28800000) / 86400000 and filed = 0;
end;
