-- Batches by template and by whoever sent them, newest first.
create index batches_by_template on batches (app_id, template_id, id);
create index batches_by_actor on batches (app_id, actor, id);
