-- What the last synchronisation that found anything found, as JSON: when, and template by template.
alter table accounts add column templates_found text;
