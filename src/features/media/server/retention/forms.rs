//! The page of the rules of keeping.

use axum::{extract::State as Of, response::Response};

use crate::{
    features::{
        audit::model::Actor,
        media::{
            model::NAME_MAX,
            retention::{self, LONGEST, Retention},
            server::{Media, room::MOST_MB},
        },
    },
    infra::{
        fields::{Form, Query, check_text},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, page, refused_page},
    },
    shared::{
        error::AppError,
        lang::{Said, Text},
        rights::Right,
    },
    ui::{Frame, form::Refused, texts::retention as w},
};

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/retention", Access::Right(Right::Retention), show)
        .post("/media/retention", Access::Right(Right::Retention), act)
        .table()
}

/// The rules; with `title` and `days` also what such a rule would move now.
async fn show(Of(media): Of<Media>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let (title, days) = (query.take("title").unwrap_or_default(), query.take("days").unwrap_or_default());
    let asked = !title.is_empty() || !days.is_empty();
    let shown = media.retention(&frame, &title, &days, asked).await?;
    let refused = !shown.refused.is_empty();
    let view = || retention::retention(shown);
    Ok(if refused { refused_page(&frame, w::TITLE.get(frame.lang), view) } else { page(&frame, w::TITLE.get(frame.lang), view) })
}

/// `intent=save` with what the preview showed, or `intent=drop`.
async fn act(Of(media): Of<Media>, frame: Frame, operator: Operator, Caller(address): Caller, form: Form) -> Result<Response, AppError> {
    let (title, typed) = (form.get("title"), form.get("days"));
    let (actor, address, here) = (Actor::User(operator.name), address.to_string(), frame.href("/media/retention"));
    if form.get("intent") == "drop" {
        media.drop_retention(frame.app_id(), title, actor, address).await?;
        return Ok(done(&here, Some(w::DROPPED.get(frame.lang))));
    }
    if form.get("intent") == "quota" {
        return set_quota(&media, &frame, form.trimmed("quota"), actor, address).await;
    }
    match checked(title, typed) {
        Ok(days) => {
            media.set_retention(frame.app_id(), title, days, actor, address).await?;
            Ok(done(&here, Some(w::SAVED.get(frame.lang))))
        }
        Err(_) => {
            let shown = media.retention(&frame, title, typed, true).await?;
            Ok(refused_page(&frame, w::TITLE.get(frame.lang), || retention::retention(shown)))
        }
    }
}

/// Sets or lifts what the account may keep.
async fn set_quota(media: &Media, frame: &Frame, typed: &str, actor: Actor, address: String) -> Result<Response, AppError> {
    let read = typed.parse().ok().filter(|mb| (1..=MOST_MB).contains(mb));
    if read.is_none() && !typed.is_empty() {
        let mut shown = media.retention(frame, "", "", false).await?;
        let detail =
            Said::new(format!("应是 1 到 {MOST_MB} 的整数，或留空。"), format!("Must be a whole number from 1 to {MOST_MB}, or empty."));
        shown.refused.add("quota", "out_of_range", detail);
        typed.clone_into(&mut shown.quota);
        return Ok(refused_page(frame, w::TITLE.get(frame.lang), || retention::retention(shown)));
    }
    media.set_quota(frame.app_id(), read, actor, address).await?;
    Ok(done(&frame.href("/media/retention"), Some(w::QUOTA_SAVED.get(frame.lang))))
}

/// The days, or what is wrong with what was typed.
fn checked(title: &str, days: &str) -> Result<i64, Refused> {
    let mut refused = Refused::none();
    if let Err((code, said)) = check_text(title, 1, NAME_MAX) {
        refused.add("title", code, if title.is_empty() { Said::from(Text::new("请选一个标题。", "Choose a title.")) } else { said });
    }
    let read = days.trim().parse().ok().filter(|days| (1..=LONGEST).contains(days));
    if read.is_none() {
        let detail = Said::new(format!("应是 1 到 {LONGEST} 的整数。"), format!("Must be a whole number from 1 to {LONGEST}."));
        refused.add("days", "out_of_range", detail);
    }
    read.filter(|_| refused.is_empty()).ok_or(refused)
}

impl Media {
    /// What the page shows for what was typed.
    async fn retention(&self, frame: &Frame, title: &str, days: &str, asked: bool) -> Result<Retention, AppError> {
        let app_id = frame.app_id();
        let (preview, refused) = match checked(title, days) {
            _ if !asked => (None, Refused::none()),
            Ok(days) => (Some(self.retention_preview(app_id, title, days).await?), Refused::none()),
            Err(refused) => (None, refused),
        };
        Ok(Retention {
            rules: self.retention_rules(app_id).await?,
            titles: self.titles(app_id).await?,
            title: title.to_owned(),
            days: days.to_owned(),
            preview,
            refused,
            used: self.kept_bytes(app_id).await?,
            binned: (self.kept_bytes(app_id).await? - self.totals(app_id).await?.bytes).max(0),
            quota: self.quota(app_id).await?.map(|bytes| (bytes / 1_000_000).to_string()).unwrap_or_default(),
        })
    }
}
