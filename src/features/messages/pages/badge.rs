//! The badge of a batch: one word and shape for how it stands and, once it has ended, for how it ended.

use leptos::prelude::*;

use crate::{
    features::messages::model::{BatchState, Counts},
    ui::{
        blocks::{Tone, badge},
        t,
        texts::batches as w,
    },
};

/// The badge of a batch.
pub fn batch_badge(state: BatchState, counts: &Counts) -> AnyView {
    let tone = match state {
        BatchState::Done => return ended(counts),
        BatchState::Running => Tone::Run,
        BatchState::Paused | BatchState::AwaitingApproval => Tone::Warn,
        BatchState::Scheduled | BatchState::Cancelled => Tone::Plain,
    };
    badge(tone, t(state.name()))
}

fn ended(counts: &Counts) -> AnyView {
    let (tone, text) = match (counts.failed, counts.unknown) {
        (0, 0) => (Tone::Ok, BatchState::Done.name()),
        (0, _) => (Tone::Warn, w::UNSURE),
        (failed, _) if failed == counts.total() => (Tone::Bad, w::ALL_FAILED),
        _ => (Tone::Warn, w::PARTLY),
    };
    badge(tone, t(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{infra::page::to_html, ui::Frame};

    #[test]
    fn an_end_says_how_it_ended() {
        let counts = |delivered, failed, unknown| Counts { delivered, failed, unknown, ..Counts::default() };
        for (counts, class, word) in [
            (counts(3, 0, 0), "badge-ok", "已完成"),
            (counts(3, 0, 1), "badge-warn", "有不确定"),
            (counts(0, 0, 4), "badge-warn", "有不确定"),
            (counts(2, 1, 1), "badge-warn", "部分失败"),
            (counts(0, 3, 0), "badge-bad", "全部失败"),
        ] {
            let html = to_html(&Frame::default(), || batch_badge(BatchState::Done, &counts));
            assert!(html.contains(class) && html.contains(word), "{counts:?}: {html}");
        }
        let running = to_html(&Frame::default(), || batch_badge(BatchState::Running, &counts(0, 3, 0)));
        assert!(running.contains("badge-run"), "{running}");
    }
}
