-- How often what came for a picture was not a whole picture: the way's fault at first, the picture's own in the end.
alter table media add column doubts integer not null default 0;
