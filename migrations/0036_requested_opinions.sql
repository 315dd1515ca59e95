-- Second opinions that somebody asked for, about one picture each; they come before all others that could do with one. Times are Unix
-- milliseconds.
create table opinion_requests (
    -- A judged picture, in the gallery or in the bin.
    media_id text primary key not null,
    app_id text not null references accounts (app_id) on delete cascade,
    -- What the colleague should know.
    note text,
    -- Who asked, as in `actor`.
    asked_by text not null,
    asked_at integer not null
) strict;
create index opinion_requests_of on opinion_requests (app_id, media_id);

-- Whoever gives the opinion answers the request.
create trigger opinion_requests_answered after insert on second_opinions
begin
    delete from opinion_requests where media_id = new.media_id;
end;
create trigger opinion_requests_answered_anew after update of at on second_opinions when new.at <> old.at
begin
    delete from opinion_requests where media_id = new.media_id;
end;

-- A verdict that was taken back leaves nothing to ask about.
create trigger opinion_requests_without_verdict after update of review on media when new.review = 'none' and old.review <> 'none'
begin
    delete from opinion_requests where media_id = new.id;
end;

-- It goes with its picture for good, not with one that lies in the bin.
create trigger opinion_requests_go_with_pictures after delete on media
when not exists (select 1 from media_bin where id = old.id)
begin
    delete from opinion_requests where media_id = old.id;
end;
create trigger opinion_requests_go_with_the_bin after delete on media_bin
when not exists (select 1 from media where id = old.id)
begin
    delete from opinion_requests where media_id = old.id;
end;
