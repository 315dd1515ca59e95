-- What failed, or never went out, of one template or one sender: few among many that arrived. Only such endings cost anything here.
create index messages_ended_by_template on messages (app_id, template_id, state, id) where state in ('failed', 'unknown', 'cancelled');
create index messages_ended_by_actor on messages (app_id, actor, state, id) where state in ('failed', 'unknown', 'cancelled');
