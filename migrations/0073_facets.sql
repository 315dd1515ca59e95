-- How a picture stands as one number (state, verdict and kind in bits of their own), so that lists under any filters are merged from runs of
-- indexes, each in the order of time: what never meets ends at once instead of being looked for in the index of one filter. The numbers are
-- those of `facets.rs`.
alter table media add column facet integer generated always as (
    case state when 'pending' then 0 when 'downloading' then 1 when 'stored' then 2 when 'failed' then 3 else 4 end
    + case review when 'none' then 0 when 'pass' then 8 else 16 end
    + case kind when 'image' then 32 when 'voice' then 64 when 'video' then 96 else 0 end
) virtual;

create index media_facet on media (app_id, facet, id);
create index media_user_facet on media (app_id, user_id, facet, id);
create index media_title_facet on media (app_id, answer_title, facet, id);
create index media_question_facet on media (app_id, question_id, facet, id);
create index media_title_question_facet on media (app_id, answer_title, question_id, facet, id);
-- What one sender sent for a title or a question is little by nature; how it stands is looked up. Never moved once written.
create index media_user_title on media (app_id, user_id, answer_title, id);
create index media_user_question on media (app_id, user_id, question_id, id);

-- What these replace.
drop index media_title_unstored;
drop index media_title_unreviewed;
drop index media_title_rejected;
drop index media_by_kind;
drop index media_by_review;
