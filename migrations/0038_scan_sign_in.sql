-- Whether the WeChat a person bound signs them in. Their password was shown when this was switched on, and a new one switches it off.
alter table users add column wechat_sign_in integer not null default 0 check (wechat_sign_in in (0, 1));
-- One WeChat is one person.
create unique index users_by_wechat on users (openid_app, openid) where wechat_sign_in = 1;
