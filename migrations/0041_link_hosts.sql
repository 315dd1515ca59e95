-- Hosts that links of messages may lead to, a JSON list; empty: anywhere.
alter table sending_rules add column link_hosts text not null default '[]' check (json_valid(link_hosts));
