-- What an account's operator laid down about sending; it binds pages and API alike.
create table sending_rules (
    app_id text primary key not null references accounts (app_id) on delete cascade,
    -- Minutes after midnight in China; nothing goes out from the one to the other.
    quiet_from integer check (quiet_from between 0 and 1439),
    quiet_to integer check (quiet_to between 0 and 1439),
    -- The most messages to one person within seven days.
    weekly_cap integer check (weekly_cap between 1 and 1000),
    -- A batch of more people, made on a page, waits for a second administrator.
    approve_above integer check (approve_above between 0 and 100000),
    check ((quiet_from is null) = (quiet_to is null))
) strict;
