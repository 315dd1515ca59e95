//! The people of a title as recipients of messages.

use futures_util::future::BoxFuture;

use super::{FILE_COLUMNS, Listed};
use crate::features::{
    media::{
        server::Media,
        standing::{Column, Standing},
    },
    messages::{
        model::{Question, Upload, Uploads},
        server::{Expected, RecipientSource},
    },
};

impl RecipientSource for Media {
    fn titles<'a>(&'a self, app_id: &'a str) -> BoxFuture<'a, Result<Vec<String>, sqlx::Error>> {
        Box::pin(self.titles(app_id))
    }

    fn questions<'a>(&'a self, app_id: &'a str, title: &'a str) -> BoxFuture<'a, Result<Vec<Question>, sqlx::Error>> {
        Box::pin(async move { Ok(self.board_sums(app_id, title, FILE_COLUMNS).await?.columns.into_iter().map(question).collect()) })
    }

    fn people<'a>(&'a self, app_id: &'a str, chosen: &'a Uploads, most: usize) -> BoxFuture<'a, Result<Vec<Expected>, sqlx::Error>> {
        Box::pin(async move {
            let ways: Vec<Standing> = chosen.states.iter().flat_map(|state| ways(*state)).copied().collect();
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let people = self.standing(app_id, &chosen.title, &chosen.question, &ways, most).await?;
            self.expected(app_id, people).await
        })
    }
}

impl Media {
    /// These people, each with where they are reached.
    pub(super) async fn expected(&self, app_id: &str, people: Vec<Listed>) -> Result<Vec<Expected>, sqlx::Error> {
        let openids = self.openids_of(app_id, &people).await?;
        let expected = people.into_iter().zip(openids);
        Ok(expected.map(|(person, openid)| Expected { user_id: person.user_id, name: person.name, openid }).collect())
    }
}

fn question(column: Column) -> Question {
    let counts = Upload::ALL.map(|state| match state {
        Upload::Missing => column.missing,
        Upload::Coming => column.coming,
        Upload::Stored => column.here,
        Upload::Rejected => column.rejected,
    });
    Question { question: column.question, counts }
}

/// What the board tells apart and the composer does not.
const fn ways(state: Upload) -> &'static [Standing] {
    match state {
        Upload::Missing => &[Standing::Missing],
        Upload::Coming => &[Standing::Coming],
        Upload::Stored => &[Standing::Stored, Standing::Passed],
        Upload::Rejected => &[Standing::Rejected],
    }
}
