-- What was done to one thing, such as a batch, is shown on its page.
create index audit_by_object on audit (object, id);
