-- One person's line of time asks each of these by openid.
create index receipts_of_person on receipts (app_id, openid, received_at);
create index callback_events_of_person on callback_events (app_id, openid, received_at) where openid is not null;
create index oauth_tickets_of_person on oauth_tickets (app_id, openid, created_at);
