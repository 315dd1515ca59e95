-- Questions that a title's people are expected to send pictures for, known before anybody has sent one.
create table media_expected (
    app_id text not null references accounts (app_id) on delete cascade,
    answer_title text not null,
    question_id text not null,
    primary key (app_id, answer_title, question_id)
) strict, without rowid;

-- Judged pictures in the order they came, with who judged: whoever gives second opinions passes over those of their own.
create index media_judged on media (app_id, id, reviewer, state, review) where state = 'stored' and review <> 'none';
