-- Those of a batch that ended for one cause, page by page.
create index messages_of_batch_by_cause on messages (batch_id, reason, errcode, id) where batch_id is not null and state in ('failed', 'unknown');
