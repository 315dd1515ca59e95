//! How a list of pictures is found under any filters, with bounded work for a page.
//!
//! A filter is turned into runs of an index (`runs_store.rs`): for what is equal in all it shows, an index has the pictures in the order of time,
//! and where several may stand (say stored pictures, voices and videos of a title that nobody judged) their runs are merged. What never meets
//! ends at once. A search looks for names first and merges the runs of these.
//!
//! Two things no index tells: a search that too many names hold, and what else is asked of pictures that one sender sent for one title or
//! question. There the pictures are looked at one by one, no more than [`BUDGET`] for a page, which then says how far it looked.

use sqlx::SqlitePool;

use super::{
    facets::Mask,
    runs_store::{self as store, Index, Run, Runs, Thin, Way},
    search_store as search,
    store::Span,
};
use crate::features::media::model::Filter;

/// So many pictures are looked at one by one for a page.
pub(super) const BUDGET: i64 = 600;
/// So many of these first.
const FIRST: i64 = 100;
/// A picture that is reached over its id costs so many times more.
const DEARER: i64 = 2;
/// So many runs are merged for a search; one that finds more looks at pictures instead.
pub(super) const RUNS: usize = 500;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Ids, in the order of the way.
    pub ids: Vec<String>,
    /// Where the look ended before enough were found, though there may be more beyond.
    pub looked: Option<String>,
}

/// Runs, and what leaves some of their pictures out.
#[derive(Debug)]
pub(super) struct Part {
    pub runs: Runs,
    pub thin: Option<Thin>,
}

/// Filtered pictures within a span, after a look at no more than `budget` pictures one by one.
pub(super) async fn find(pool: &SqlitePool, f: &Filter, (span, way): (&Span, Way), limit: i64, budget: i64) -> Result<Found, sqlx::Error> {
    let mut found = Vec::new();
    for part in parts(pool, f).await? {
        found.push(part.look(pool, (span, way), limit, budget).await?);
    }
    Ok(together(found, way, limit))
}

/// The same, however many have to be looked at.
pub(super) async fn find_all(pool: &SqlitePool, f: &Filter, span: &Span, way: Way, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    let (mut ids, mut span, mut budget) = (Vec::new(), span.clone(), BUDGET);
    loop {
        let missing = limit - i64::try_from(ids.len()).unwrap_or(limit);
        let found = find(pool, f, (&span, way), missing, budget).await?;
        ids.extend(found.ids);
        let Some(looked) = found.looked else { return Ok(ids) };
        span = beyond(span, way, &looked);
        budget = (budget * 2).min(64 * BUDGET);
    }
}

/// How many filtered pictures a span has; no more than `limit` are counted.
pub(super) async fn counted(pool: &SqlitePool, f: &Filter, span: &Span, limit: i64) -> Result<i64, sqlx::Error> {
    match parts(pool, f).await?.as_slice() {
        [] => Ok(0),
        [Part { runs, thin: None }] => store::counted(pool, runs, span, limit).await,
        _ => Ok(i64::try_from(find_all(pool, f, span, Way::Down, limit).await?.len()).unwrap_or(i64::MAX)),
    }
}

/// What of a span lies beyond a picture.
fn beyond(span: Span, way: Way, id: &str) -> Span {
    match way {
        Way::Down => span.before(Some(id)),
        Way::Up => span.after(id),
    }
}

/// One list of several, each picture once. Where one of them ended its look, the others are cut.
fn together(found: Vec<Found>, way: Way, limit: i64) -> Found {
    let nearer = |a: &String, b: &String| if way == Way::Down { b.cmp(a) } else { a.cmp(b) };
    let looked = found.iter().filter_map(|one| one.looked.clone()).min_by(nearer);
    let mut ids: Vec<String> = found.into_iter().flat_map(|one| one.ids).collect();
    ids.sort_unstable_by(nearer);
    ids.dedup();
    if let Some(looked) = &looked {
        ids.retain(|id| nearer(id, looked).is_le());
    }
    let enough = usize::try_from(limit).unwrap_or(0);
    let looked = looked.filter(|_| ids.len() < enough);
    ids.truncate(enough);
    Found { ids, looked }
}

/// What a filter shows, as runs.
pub(super) async fn parts(pool: &SqlitePool, f: &Filter) -> Result<Vec<Part>, sqlx::Error> {
    let mask = Mask::of(f);
    let present = store::facets(pool, &f.app_id).await?;
    let facets: Vec<i64> = present.into_iter().filter(|facet| mask.has(*facet)).collect();
    let shown = Shown { f, mask, facets };
    let q = f.q.as_ref().map(|q| q.to_ascii_lowercase()).filter(|q| {
        // What is in a name that all have anyway is in all.
        let same = [&f.user_id, &f.answer_title, &f.question_id];
        !same.into_iter().flatten().any(|name| name.to_ascii_lowercase().contains(q.as_str()))
    });
    if shown.facets.is_empty() {
        return Ok(Vec::new());
    }
    let Some(q) = q else { return Ok(vec![shown.base(None)]) };
    if f.user_id.is_none() {
        let named = search::names(pool, f, &q, RUNS).await?.map(|names| shown.of_names(names));
        let few = |parts: &Vec<Part>| parts.iter().map(Part::seeks).sum::<usize>() <= RUNS;
        if let Some(parts) = named.filter(few) {
            return Ok(parts);
        }
    }
    Ok(vec![shown.base(Some(q))])
}

struct Shown<'f> {
    f: &'f Filter,
    mask: Mask,
    /// How pictures of the account stand that stand as the filter wants.
    facets: Vec<i64>,
}

impl Shown<'_> {
    fn runs(&self, index: Index, names: Vec<String>, with: Option<&String>) -> Runs {
        let facets = if index.faceted() { self.facets.clone() } else { vec![0] };
        Runs { app_id: self.f.app_id.clone(), index, names, with: with.cloned().unwrap_or_default(), facets }
    }

    /// The filter without a search, or with one that every picture is asked for.
    fn base(&self, q: Option<String>) -> Part {
        let Filter { user_id, answer_title, question_id, .. } = self.f;
        let pick = |plain: Index, faceted: Index| if self.mask.all() { plain } else { faceted };
        let (index, name, with) = match (user_id, answer_title, question_id) {
            (Some(user), _, Some(question)) => (Index::UsersQuestion, user.clone(), Some(question)),
            (Some(user), Some(title), None) => (Index::UsersTitle, user.clone(), Some(title)),
            (Some(user), None, None) => (pick(Index::User, Index::UserFacet), user.clone(), None),
            (None, Some(title), Some(question)) => (Index::TitlesFacet, title.clone(), Some(question)),
            (None, Some(title), None) => (pick(Index::Title, Index::TitleFacet), title.clone(), None),
            (None, None, Some(question)) => (pick(Index::Question, Index::QuestionFacet), question.clone(), None),
            (None, None, None) => (pick(Index::Account, Index::Facet), String::new(), None),
        };
        let thin = Thin { q, ..self.unsaid(index) };
        Part { runs: self.runs(index, vec![name], with), thin: thin.says() }
    }

    /// The filter with a search for names.
    fn of_names(&self, names: search::Names) -> Vec<Part> {
        let Filter { answer_title, question_id, .. } = self.f;
        let pick = |plain: Index, faceted: Index| if self.mask.all() { plain } else { faceted };
        let (users, with) = match (answer_title, question_id) {
            (_, Some(question)) => (Index::UsersQuestion, Some(question)),
            (Some(title), None) => (Index::UsersTitle, Some(title)),
            (None, None) => (pick(Index::User, Index::UserFacet), None),
        };
        let titles = if question_id.is_some() { Index::TitlesFacet } else { pick(Index::Title, Index::TitleFacet) };
        let questions = if answer_title.is_some() { Index::QuestionsFacet } else { pick(Index::Question, Index::QuestionFacet) };
        let all =
            [(users, names.users, with), (titles, names.titles, question_id.as_ref()), (questions, names.questions, answer_title.as_ref())];
        let some = all.into_iter().filter(|(_, names, _)| !names.is_empty());
        some.map(|(index, names, with)| Part { runs: self.runs(index, names, with), thin: self.unsaid(index).says() }).collect()
    }

    /// What an index does not tell of the filter.
    fn unsaid(&self, index: Index) -> Thin {
        let title = self.f.answer_title.clone().filter(|_| index == Index::UsersQuestion);
        Thin { title, mask: if index.faceted() { Mask::default() } else { self.mask }, ..Thin::default() }
    }
}

impl Thin {
    /// Itself, if it leaves anything out.
    fn says(self) -> Option<Self> {
        (self.title.is_some() || !self.mask.all() || self.q.is_some()).then_some(self)
    }
}

impl Part {
    /// How many first pictures are asked for. Where some are left out, they are asked for more than once.
    fn seeks(&self) -> usize {
        self.runs.names.len() * self.runs.facets.len() * if self.thin.is_some() { 2 } else { 1 }
    }

    async fn look(&self, pool: &SqlitePool, place: (&Span, Way), limit: i64, budget: i64) -> Result<Found, sqlx::Error> {
        match (&self.thin, self.runs.names.as_slice()) {
            (None, _) => Ok(Found { ids: store::first(pool, &self.runs, place.0, place.1, limit).await?, looked: None }),
            (Some(thin), [name]) => self.walk(pool, (name, thin), place, limit, budget).await,
            (Some(thin), _) => self.sift(pool, thin, place, limit, budget / DEARER).await,
        }
    }

    /// Looks at the pictures of one name, each of its runs for itself.
    async fn walk(
        &self,
        pool: &SqlitePool,
        (name, thin): (&str, &Thin),
        place: (&Span, Way),
        limit: i64,
        budget: i64,
    ) -> Result<Found, sqlx::Error> {
        let each = (budget / i64::try_from(self.runs.facets.len()).unwrap_or(1).max(1)).max(1);
        let mut found = Vec::new();
        for facet in &self.runs.facets {
            found.push(self.walk_run(pool, ((name, *facet), thin), place, limit, each).await?);
        }
        Ok(together(found, place.1, limit))
    }

    /// Looks at the pictures of one run: a few first, for often these are enough.
    async fn walk_run(
        &self,
        pool: &SqlitePool,
        (run, thin): (Run<'_>, &Thin),
        (span, way): (&Span, Way),
        limit: i64,
        budget: i64,
    ) -> Result<Found, sqlx::Error> {
        let (mut found, mut span, mut left, mut step) = (Found::default(), span.clone(), budget, FIRST.min(budget));
        loop {
            let missing = limit - i64::try_from(found.ids.len()).unwrap_or(limit);
            let (ids, looked) = store::walk(pool, (&self.runs, run), (&span, way), thin, (step, missing)).await?;
            let enough = i64::try_from(ids.len()).unwrap_or(i64::MAX) >= missing;
            found.ids.extend(ids);
            left -= step;
            match looked.filter(|_| !enough) {
                Some(looked) if left > 0 => {
                    span = beyond(span, way, &looked);
                    step = left.min(step * 4);
                }
                looked => return Ok(Found { looked, ..found }),
            }
        }
    }

    /// Looks at the pictures of many names, merged.
    async fn sift(&self, pool: &SqlitePool, thin: &Thin, (span, way): (&Span, Way), limit: i64, budget: i64) -> Result<Found, sqlx::Error> {
        let (mut found, mut span, mut seen, mut step) = (Found::default(), span.clone(), 0, limit.clamp(1, budget.max(1)));
        while seen < budget {
            let ids = store::first(pool, &self.runs, &span, way, step).await?;
            let Some(last) = ids.last().cloned() else { break };
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            found.ids.extend(store::kept(pool, &ids, thin).await?);
            let enough = i64::try_from(found.ids.len()).unwrap_or(i64::MAX) >= limit;
            found.looked = (count == step && !enough).then(|| last.clone());
            if found.looked.is_none() {
                break;
            }
            seen += count;
            span = beyond(span, way, &last);
            step = (step * 2).min((budget - seen).max(1));
        }
        found.ids.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
