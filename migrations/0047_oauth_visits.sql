-- Who was recognised by web authorization, and when: tickets are forgotten within minutes. Visitors of snapshot pages are nobody in particular and
-- are not kept.
create table oauth_visits (
    id integer primary key,
    app_id text not null references accounts (app_id) on delete cascade,
    openid text not null,
    scope text not null,
    at integer not null
) strict;
create index oauth_visits_of_person on oauth_visits (app_id, openid, at, id);
create index oauth_visits_by_age on oauth_visits (at);
drop index oauth_tickets_of_person;

-- A person's other names: who is known to a business system by one and to WeChat by the other.
create index media_rosters_of_user on media_rosters (app_id, user_id);
create index media_rosters_of_openid on media_rosters (app_id, openid) where openid is not null;
