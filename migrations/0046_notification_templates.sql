-- Templates of subscribe notifications stand beside those of template messages.
alter table templates add column channel text not null default 'template' check (channel in ('template', 'subscribe'));
