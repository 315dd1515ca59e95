-- A second opinion on a picture that somebody else has judged. It changes nothing of where the picture stands; where the two differ, an
-- administrator decides. Times are Unix milliseconds.

create table second_opinions (
    -- The picture, in the gallery or in the bin.
    media_id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    -- The judgement it stands beside; follows the picture's own until somebody has decided.
    first_verdict text not null check (first_verdict in ('pass', 'reject')),
    first_reason text,
    first_reviewer text not null,
    first_at integer not null,
    verdict text not null check (verdict in ('pass', 'reject')),
    reason text,
    comment text,
    reviewer text not null,
    at integer not null,
    -- Whether the two differ and nobody has decided.
    apart integer not null check (apart in (0, 1)),
    decision text check (decision in ('pass', 'reject')),
    decided_by text,
    decided_at integer
) strict;
create index second_opinions_apart on second_opinions (app_id, media_id) where apart = 1;
create index second_opinions_decided on second_opinions (app_id, media_id) where decided_at is not null;

-- Whichever way a judgement changes, what stands beside it knows.
create trigger second_opinions_follow after update of review, review_reason, reviewer, reviewed_at on media
when new.review <> old.review or new.reviewed_at is not old.reviewed_at
begin
    update second_opinions set
        first_verdict = case when new.review = 'none' then first_verdict else new.review end,
        first_reason = case when new.review = 'none' then first_reason else new.review_reason end,
        first_reviewer = coalesce(new.reviewer, first_reviewer),
        first_at = coalesce(new.reviewed_at, first_at),
        apart = new.review <> 'none' and new.review <> verdict
    where media_id = new.id and decided_at is null;
end;

-- It goes with its picture for good, not with one that lies in the bin.
create trigger second_opinions_go_with_pictures after delete on media
when not exists (select 1 from media_bin where id = old.id)
begin
    delete from second_opinions where media_id = old.id;
end;
create trigger second_opinions_go_with_the_bin after delete on media_bin
when not exists (select 1 from media where id = old.id)
begin
    delete from second_opinions where media_id = old.id;
end;

-- What each reviewer has done on each day (of China), counted as it happens.
create table reviewer_days (
    app_id text not null references accounts (app_id) on delete cascade,
    day integer not null,
    reviewer text not null,
    passed integer not null default 0,
    rejected integer not null default 0,
    -- Second opinions given, and how many of these differed when they were given.
    seconds integer not null default 0,
    differed integer not null default 0,
    -- Disagreements that were decided against them.
    overturned integer not null default 0,
    primary key (app_id, day, reviewer)
) strict, without rowid;

insert into reviewer_days (app_id, day, reviewer, passed, rejected)
select app_id, (at + 28800000) / 86400000, reviewer, sum(verdict = 'pass'), sum(verdict = 'reject') from reviews
where undone_at is null and verdict <> 'none' and app_id in (select app_id from accounts) group by 1, 2, 3;

-- What comes back out of the bin was counted before.
create trigger reviewer_days_said after insert on reviews
when new.verdict <> 'none' and not exists (select 1 from media_bin where id = new.media_id)
begin
    insert into reviewer_days (app_id, day, reviewer, passed, rejected)
    values (new.app_id, (new.at + 28800000) / 86400000, new.reviewer, new.verdict = 'pass', new.verdict = 'reject')
    on conflict (app_id, day, reviewer) do update set passed = passed + excluded.passed, rejected = rejected + excluded.rejected;
end;

create trigger reviewer_days_undone after update of undone_at on reviews
when old.undone_at is null and new.undone_at is not null and new.verdict <> 'none'
begin
    update reviewer_days set passed = passed - (new.verdict = 'pass'), rejected = rejected - (new.verdict = 'reject')
    where app_id = new.app_id and day = (new.at + 28800000) / 86400000 and reviewer = new.reviewer;
end;

create trigger reviewer_days_second after insert on second_opinions
begin
    insert into reviewer_days (app_id, day, reviewer, seconds, differed)
    values (new.app_id, (new.at + 28800000) / 86400000, new.reviewer, 1, new.apart)
    on conflict (app_id, day, reviewer) do update set seconds = seconds + 1, differed = differed + excluded.differed;
end;

create trigger reviewer_days_decided after update of decided_at on second_opinions
when old.decided_at is null and new.decided_at is not null
begin
    insert into reviewer_days (app_id, day, reviewer, overturned)
    values (new.app_id, (new.decided_at + 28800000) / 86400000,
        case when new.decision = new.verdict then new.first_reviewer else new.reviewer end, 1)
    on conflict (app_id, day, reviewer) do update set overturned = overturned + 1;
end;
