-- How the pictures of a ZIP were judged when somebody asked for it: its list says so, and must not change while it is fetched, nor between its
-- parts. A JSON object by picture; none in what was asked for before.
alter table media_bundles add column verdicts text;
