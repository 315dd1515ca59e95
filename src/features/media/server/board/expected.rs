//! `/media/board/questions`: the questions a title's people are expected to send pictures for, before anybody has.

use axum::{extract::State as Of, response::Response};
use serde_json::json;

use super::{FILE_COLUMNS, forms::Asked, store};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            board,
            expected::{self, QuestionsForm},
            model::NAME_MAX,
            server::{Media, forms::filled},
            standing::Column,
        },
    },
    infra::{
        fields::{Form, check_text},
        guard::Operator,
        net::Caller,
        page::{done, page, refused_page},
    },
    shared::{error::AppError, lang::Said},
    ui::{Frame, blocks, form::Refused, texts::board as w},
};

/// How many faulty lines are named.
const NAMED: usize = 10;

pub(super) async fn show(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let title = media.title_of(&frame, &Asked::of(&frame)).await?.unwrap_or_default();
    let typed = store::expected(media.core.db.read(), frame.app_id(), &title).await?.join("\n");
    let form = QuestionsForm { title, typed, refused: Refused::none() };
    Ok(page(&frame, w::QUESTIONS.get(frame.lang), || expected::page(form)))
}

/// `title` and `questions`, one a line; none takes them away.
pub(super) async fn save(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let (title, typed) = (form.trimmed("title").to_owned(), form.get("questions").to_owned());
    let mut refused = Refused::none();
    if let Err((code, said)) = check_text(&title, 1, NAME_MAX) {
        refused.add("title", code, said);
    }
    let questions = read(&typed, &mut refused);
    if !refused.is_empty() {
        let form = QuestionsForm { title, typed, refused };
        return Ok(refused_page(&frame, w::QUESTIONS.get(frame.lang), || expected::page(form)));
    }
    let count = blocks::number(i64::try_from(questions.len()).unwrap_or(i64::MAX));
    media.expect(frame.app_id(), &title, questions, Actor::User(operator.name), address.to_string()).await?;
    let said = filled(w::QUESTIONS_SAVED, frame.lang, &[("{count}", &count)]);
    Ok(done(&board::link(&frame.href("/media/board"), &title, false, ""), Some(&said)))
}

/// The questions, each once; blanks around them and empty lines are dropped.
fn read(typed: &str, refused: &mut Refused) -> Vec<String> {
    let mut questions: Vec<String> = Vec::new();
    for (at, line) in typed.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match check_text(line, 1, NAME_MAX) {
            Ok(()) => questions.push(line.to_owned()),
            Err((code, said)) if refused.0.len() < NAMED => {
                let line = at + 1;
                refused.add("questions", code, Said::new(format!("第 {line} 行：{}", said.zh), format!("Line {line}: {}", said.en)));
            }
            Err(_) => {}
        }
    }
    questions.sort();
    questions.dedup();
    if questions.len() > FILE_COLUMNS {
        let said = Said::new(format!("最多 {FILE_COLUMNS} 道题。"), format!("{FILE_COLUMNS} questions at most."));
        refused.add("questions", "too_many", said);
    }
    questions
}

impl Media {
    /// Adds a column for each question that is expected and that nobody has answered yet, in the order of the others.
    pub(super) async fn add_expected(&self, app_id: &str, title: &str, columns: &mut Vec<Column>) -> Result<(), sqlx::Error> {
        let expected = store::expected(self.core.db.read(), app_id, title).await?;
        let known: std::collections::HashSet<String> = columns.iter().map(|column| column.question.clone()).collect();
        let new = expected.into_iter().filter(|question| !known.contains(question));
        columns.extend(new.map(|question| Column { question, ..Column::default() }));
        // As the store orders them.
        columns.sort_by_cached_key(|column| (column.question.chars().count(), column.question.clone()));
        Ok(())
    }

    /// Puts questions in the place of those a title had.
    async fn expect(&self, app_id: &str, title: &str, questions: Vec<String>, actor: Actor, address: String) -> Result<(), AppError> {
        let (now, app_id, title) = (self.core.now(), app_id.to_owned(), title.to_owned());
        let facts = json!({ "title": title, "questions": questions.len() });
        let act = Act::new(actor, "media.questions_saved", format!("account:{app_id}")).from_address(address).detail(facts.to_string());
        let list = json!(questions).to_string();
        let saved = self.core.db.write(move |c| {
            Box::pin(async move {
                store::expect(c, &app_id, &title, &list).await?;
                record_in(c, now, &act).await
            })
        });
        Ok(saved.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_a_line_each() {
        let mut refused = Refused::none();
        assert_eq!(read(" q2 \n\nq1\r\nq2\n", &mut refused), ["q1", "q2"]);
        assert!(refused.is_empty() && read("\n \n", &mut refused).is_empty() && refused.is_empty(), "none is a list too");
        let long = "x".repeat(NAME_MAX + 1);
        read(&format!("q1\n{long}\na\u{0}b\n"), &mut refused);
        let said: Vec<_> = refused.0.iter().map(|fault| fault.detail.en.to_string()).collect();
        assert!(said.len() == 2 && said[0].starts_with("Line 2:") && said[1].starts_with("Line 3:"), "{said:?}");
        let mut refused = Refused::none();
        read(&(0..=FILE_COLUMNS).map(|at| format!("q{at}\n")).collect::<String>(), &mut refused);
        assert_eq!(refused.0[0].code, "too_many");
    }
}
