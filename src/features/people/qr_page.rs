//! `/people/codes`: QR codes with a scene.

use leptos::prelude::*;

use crate::{
    shared::{error::AppError, lang::Lang, time},
    ui::{
        blocks::{Tone, copy_row, counted, failure, notice},
        form::{Field, Refused, error_summary},
        href, icon,
        icon::icon_small,
        lang,
        qr::qr,
        snippets::Call,
        t,
        texts::{qr as w, shell, snippets},
    },
};

/// How long a code works (days); 0 is for ever.
pub const DAYS: [i64; 4] = [1, 7, 30, 0];

/// A code that was just made.
pub struct Made {
    /// The scene.
    pub scene: String,
    /// What the picture holds.
    pub url: String,
    /// When it ends (Unix milliseconds); never without.
    pub expires_at: Option<i64>,
}

/// What the page shows.
pub struct Shown {
    /// The scene, as typed.
    pub scene: String,
    /// Days chosen.
    pub days: i64,
    /// What was refused.
    pub refused: Refused,
    /// Why WeChat made none.
    pub failed: Option<AppError>,
    /// The code.
    pub made: Option<Made>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { scene: String::new(), days: 30, refused: Refused::none(), failed: None, made: None }
    }
}

/// The page.
pub fn page(shown: Shown) -> AnyView {
    let failed = shown.failed.as_ref().map(|error| notice(Tone::Bad, view! { <h2>{t(w::NOT_MADE)}</h2>{failure(error)} }));
    let body = serde_json::json!({"scene": "shop-3", "expires_in": 604_800});
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb" aria-label=t(shell::PEOPLE)>
                        <a href=href("/people")>{t(shell::PEOPLE)}</a>{icon("right")}<span>{t(w::TITLE)}</span>
                    </nav>
                    <h1>{t(w::TITLE)}</h1>
                    <p>{t(w::LINE)}</p>
                </div>
            </div>
            {failed}
            {shown.made.map(made)}
            <form class="stack rules" method="post" action=href("/people/codes") novalidate>
                {error_summary(&shown.refused)}
                {Field::new("scene", w::SCENE).value(shown.scene).hint(w::SCENE_HINT).view(&shown.refused)}
                {life(shown.days)}
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::MAKE)}</button></div>
            </form>
            {Call::post("/api/v1/qrcodes", body).block("head-call", snippets::TITLE)}
        </main>
    }
    .into_any()
}

fn made(made: Made) -> AnyView {
    let title = match lang() {
        Lang::Zh => format!("“{}”的二维码", made.scene),
        Lang::En => format!("The code of “{}”", made.scene),
    };
    let end = match (made.expires_at, lang()) {
        (None, _) => t(w::LASTS).to_owned(),
        (Some(at), Lang::Zh) => format!("用到 {} {}", time::date(at), time::clock(at)),
        (Some(at), Lang::En) => format!("Until {} {}", time::date(at), time::clock(at)),
    };
    view! {
        <section class="block" aria-labelledby="h-made" role="status">
            <header><h2 id="h-made">{title}</h2><span class="faint">{end}</span></header>
            {qr(&made.url, t(w::PICTURE))}
            {copy_row(t(w::ADDRESS), Some("code-url"), made.url)}
        </section>
    }
    .into_any()
}

fn life(chosen: i64) -> AnyView {
    let name = |days: i64| if days == 0 { t(w::FOR_EVER).to_owned() } else { counted(days, "天", "day", "days") };
    view! {
        <div class="field">
            <label for="days">{t(w::LIFE)}</label>
            <span class="select">
                <select class="input" id="days" name="days" aria-describedby="days-hint">
                    {DAYS.map(|days| view! { <option value=days selected=days == chosen>{name(days)}</option> }).collect_view()}
                </select>
                {icon_small("down")}
            </span>
            <p class="hint" id="days-hint">{t(w::LIFE_HINT)}</p>
        </div>
    }
    .into_any()
}
