-- The history of one sender: a person, or a program by its key.
create index messages_by_actor on messages (app_id, actor, id);
