//! Uncertain messages: what a person may decide, and the page that asks before it is done to several.

use leptos::prelude::*;

use crate::{
    features::messages::model::{BatchAct, BatchState, Ruling},
    shared::lang::Lang,
    ui::{
        blocks::{number, post_button},
        confirm::Confirm,
        href, lang, t,
        texts::batches as w,
    },
};

/// The decisions about the uncertain messages of a batch; each is asked once more.
pub fn buttons_of_batch(path: &str, state: BatchState, count: i64) -> AnyView {
    let link = |ruling: Ruling| {
        let to = format!("{path}?ask={}", ruling.word());
        view! { <a class="btn btn-sm" href=to>{label(ruling, Some(count))}</a> }
    };
    let may = |ruling: &Ruling| *ruling != Ruling::Again || state.takes(BatchAct::Retry);
    Ruling::ALL.into_iter().filter(may).map(link).collect_view().into_any()
}

/// The decisions about one message. Another sending is asked once more.
pub fn buttons_of_message(path: &str, may_again: bool) -> AnyView {
    let again = may_again.then(|| {
        let to = format!("{path}?ask={}", Ruling::Again.word());
        view! { <a class="btn btn-sm" href=to>{label(Ruling::Again, None)}</a> }
    });
    let mark = |ruling: Ruling| post_button(path.to_owned(), ruling.word(), "btn btn-sm", label(ruling, None));
    view! { <div class="row">{again}{mark(Ruling::Delivered)}{mark(Ruling::Failed)}</div> }.into_any()
}

/// `重发 7 人`; without the number where it is one message.
fn label(ruling: Ruling, count: Option<i64>) -> String {
    match (ruling, count, lang()) {
        (Ruling::Again, Some(count), Lang::Zh) => format!("重发 {} 人", number(count)),
        (Ruling::Again, Some(count), Lang::En) => format!("Send to {} again", number(count)),
        (Ruling::Again, None, Lang::Zh) => "重发".into(),
        (Ruling::Again, None, Lang::En) => "Send again".into(),
        (Ruling::Delivered, ..) => t(w::MARK_DELIVERED).into(),
        (Ruling::Failed, ..) => t(w::MARK_FAILED).into(),
    }
}

/// The question before something is done to the uncertain messages of a batch.
pub fn ask_batch(id: &str, name: String, count: i64, ruling: Ruling) -> AnyView {
    let path = href(&format!("/batches/{id}"));
    let many = number(count);
    let (title, button) = match (ruling, lang()) {
        (Ruling::Again, Lang::Zh) => (format!("重发给不确定的 {many} 人？"), format!("重发 {many} 人")),
        (Ruling::Again, Lang::En) => (format!("Send to {many} uncertain people again?"), format!("Send to {many} again")),
        (Ruling::Delivered, Lang::Zh) => (format!("把不确定的 {many} 人标记为已送达？"), format!("标记 {many} 人")),
        (Ruling::Delivered, Lang::En) => (format!("Mark {many} uncertain ones as delivered?"), format!("Mark {many}")),
        (Ruling::Failed, Lang::Zh) => (format!("把不确定的 {many} 人标记为未送达？"), format!("标记 {many} 人")),
        (Ruling::Failed, Lang::En) => (format!("Mark {many} uncertain ones as not delivered?"), format!("Mark {many}")),
    };
    question(title, path, name, ruling).button(button).view()
}

/// The question before one uncertain message goes out again.
pub fn ask_message(id: &str, who: String) -> AnyView {
    let title = match lang() {
        Lang::Zh => format!("重发给 {who}？"),
        Lang::En => format!("Send to {who} again?"),
    };
    question(title, href(&format!("/messages/{id}")), who, Ruling::Again).button(label(Ruling::Again, None)).view()
}

fn question(title: String, path: String, from: String, ruling: Ruling) -> Confirm {
    let line = if ruling == Ruling::Again { w::AGAIN_LINE } else { w::MARK_LINE };
    let asked = Confirm::new(title, t(line), path.clone(), path).from(from).field("intent", ruling.word());
    if ruling == Ruling::Again { asked.warning(w::AGAIN_RISK) } else { asked }
}
