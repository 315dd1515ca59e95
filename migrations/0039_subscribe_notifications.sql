-- By which of WeChat's calls a message goes out: as a template message, or as a subscribe notification.
alter table messages add column channel text not null default 'template' check (channel in ('template', 'subscribe'));
-- Which of the two WeChat's report is about.
alter table receipts add column channel text not null default 'template' check (channel in ('template', 'subscribe'));

drop trigger webhook_messages;
create trigger webhook_messages after update of state on messages
when new.state <> old.state and new.state in ('delivered', 'failed', 'unknown') and exists (
    select 1 from webhook_endpoints where app_id = new.app_id and enabled = 1 and instr(types, ' message.' || new.state || ' ') > 0)
begin
    insert into webhook_outbox (app_id, type, row, at) values (new.app_id, 'message.' || new.state, json_object(
        'id', new.id, 'app_id', new.app_id, 'batch_id', new.batch_id, 'draft_id', new.draft_id, 'touser', new.touser,
        'template_id', new.template_id, 'data', new.data, 'url', new.url, 'miniprogram', new.miniprogram, 'state', new.state,
        'msgid', new.msgid, 'client_msg_id', new.client_msg_id, 'errcode', new.errcode, 'errmsg', new.errmsg, 'reason', new.reason,
        'attempts', new.attempts, 'not_before', new.not_before, 'expires_at', new.expires_at, 'actor', new.actor,
        'created_at', new.created_at, 'intent_at', new.intent_at, 'sent_at', new.sent_at, 'settled_at', new.settled_at,
        'channel', new.channel), new.settled_at);
end;
