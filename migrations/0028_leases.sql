-- Who sends. A worker beats as long as it lives; whoever saw no new beat for the length of a lease takes over what it had under way.
create table sending_workers (
    id text primary key not null,
    -- Grows with every renewal. No time of day is kept: clocks of two machines differ, and may jump.
    beat integer not null
) strict;

-- Which worker has a message under way; only that one may say what came of its call.
alter table messages add column worker text;

-- What the version before this one may have left under way.
insert into sending_workers (id, beat) select 'before', 0 where exists (select 1 from messages where state in ('queued', 'sending') and state = 'sending');
update messages set worker = 'before' where state in ('queued', 'sending') and state = 'sending';

-- What happens to a message whose call was never answered: repeated under its number while WeChat remembers that, or left to a person.
alter table sending_rules add column ask_unsure integer not null default 0 check (ask_unsure in (0, 1));
