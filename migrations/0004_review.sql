-- Judgement of pictures: where each stands, every judgement ever made, and who is looking at which one.

alter table media add column review text not null default 'none' check (review in ('none', 'pass', 'reject'));
alter table media add column review_reason text;
alter table media add column review_comment text;
-- Who judged, as in `actor`: `user:周敏`, `key:erp`.
alter table media add column reviewer text;
alter table media add column reviewed_at integer;
create index media_unreviewed on media (app_id, id) where state = 'stored' and review = 'none';
create index media_by_review on media (app_id, review, id) where review <> 'none';

-- Nothing here is changed but for the moment of an undo: where a picture stands is its last line that was not undone.
create table reviews (
    id integer primary key autoincrement,
    media_id text not null references media (id) on delete cascade,
    app_id text not null,
    verdict text not null check (verdict in ('none', 'pass', 'reject')),
    reason text,
    comment text,
    reviewer text not null,
    at integer not null,
    undone_at integer
) strict;
create index reviews_of_picture on reviews (media_id, id);
create index reviews_by_reviewer on reviews (app_id, reviewer, at, id);

-- A picture on somebody's desk, for a short while, so that nobody else gets it at the same time.
create table review_leases (
    media_id text primary key not null references media (id) on delete cascade,
    app_id text not null,
    reviewer text not null,
    until integer not null
) strict;
create index review_leases_of on review_leases (app_id, reviewer);
