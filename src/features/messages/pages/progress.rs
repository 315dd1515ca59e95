//! The bar, the counts and the clock of a batch. Drawn by the server both in the page and, twice a second, for those who watch.

use leptos::prelude::*;

use crate::{
    features::messages::model::{BatchState, Canary, Counts},
    shared::{
        lang::{Lang, Text},
        time::{self, MINUTE, SECOND},
    },
    ui::{
        blocks::{moment, number},
        lang, now, t,
        texts::{batches as w, rules},
    },
};

/// How long after its end a batch is watched for receipts, which come within seconds as a rule (milliseconds).
const SETTLES: i64 = 10 * MINUTE;

/// How a batch goes. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// How it stands.
    pub state: BatchState,
    /// Where its messages stand.
    pub counts: Counts,
    /// How many those are.
    pub total: i64,
    /// Those who go first, as long as the others wait for them.
    pub canary: Option<Canary>,
    /// When it was filed.
    pub created_at: i64,
    /// When it may start.
    pub send_at: i64,
    /// When it began.
    pub started_at: Option<i64>,
    /// When nothing was left.
    pub ended_at: Option<i64>,
    /// Messages a second over the last moments, where that is known.
    pub speed: Option<f64>,
}

impl Progress {
    /// Those with an outcome or on their way to one.
    pub fn handled(&self) -> i64 {
        self.total - self.counts.open()
    }

    /// Whether its start is a matter of seconds: then it is the undo window.
    pub fn starts_soon(&self) -> bool {
        self.send_at - self.created_at <= 60 * SECOND
    }

    /// Whether it is being sent, or will be by itself.
    pub fn goes_out(&self) -> bool {
        matches!(self.state, BatchState::Running | BatchState::Scheduled)
    }

    /// Whether its counts may still change by themselves at this moment (Unix milliseconds): it is being sent, or answers and receipts
    /// for what was sent are due.
    pub fn moves(&self, now: i64) -> bool {
        let due = self.counts.sending + self.counts.accepted > 0;
        match self.state {
            BatchState::Running | BatchState::Scheduled => true,
            BatchState::Paused => due,
            BatchState::Done | BatchState::Cancelled => due && self.ended_at.is_some_and(|at| now - at < SETTLES),
            BatchState::AwaitingApproval => false,
        }
    }

    /// What a page that watches has seen: when this changes, more than its live part has to be drawn anew.
    pub fn seen(&self) -> String {
        format!("{}-{}-{}", self.state.word(), self.counts.failed, self.counts.unknown)
    }

    /// How far it is, in whole percents.
    pub fn percent(&self) -> i64 {
        if self.total == 0 { 100 } else { self.handled() * 100 / self.total }
    }

    /// Messages a second: as measured, else over its whole time. Nothing while it stands still.
    fn pace(&self) -> Option<f64> {
        if self.state != BatchState::Running && self.ended_at.is_none() {
            return None;
        }
        let overall = || {
            let seconds = (self.ended_at.unwrap_or_else(now) - self.started_at?).max(1) as f64 / 1000.0;
            Some(self.handled() as f64 / seconds)
        };
        self.speed.or_else(overall).filter(|pace| *pace > 0.0)
    }
}

/// The section, kept fresh while the batch moves: by the script over `source`, without scripts by loading the page again.
pub fn live(progress: Progress, source: &str) -> AnyView {
    let moves = progress.moves(now());
    let (watched, said) = (moves.then(|| format!("{source}?seen={}", progress.seen())), moves.then_some("polite"));
    let pause = if progress.goes_out() { "5" } else { "15" };
    view! {
        {moves.then(|| view! { <noscript><meta http-equiv="refresh" content=pause/></noscript> })}
        <section class="box" aria-labelledby="h-run">
            <h2 class="sr-only" id="h-run">{t(w::RUN)}</h2>
            <div class="run" id="run" data-live=watched>{part(progress)}</div>
            <p class="sr-only" role="status" aria-live=said data-live-said=""></p>
        </section>
    }
    .into_any()
}

/// Everything on the page of a batch that changes while it moves, by the ids of where it belongs.
pub fn pieces(progress: Progress) -> AnyView {
    let open = number(progress.counts.queued);
    view! {
        <div id="run">{part(progress)}</div>
        <span id="left-pause">{open.clone()}</span>
        <span id="left-cancel">{open}</span>
    }
    .into_any()
}

/// The section's inside.
fn part(progress: Progress) -> AnyView {
    let counts = progress.counts;
    let (handled, total) = (progress.handled(), progress.total);
    view! {
        <div class="run-top">
            <p class="big"><b>{number(handled)}</b><span>{format!(" / {} ", number(total))}{t(w::PEOPLE)}</span></p>
            {facts(&progress)}
        </div>
        {bar("bar", &progress)}
        {canary(&progress)}
        <dl class="tallies">
            {tally("sw sw-ok", w::DELIVERED, counts.delivered)}
            {tally("sw sw-sent", w::ACCEPTED, counts.accepted)}
            {tally("sw sw-bad", w::FAILED, counts.failed)}
            {tally("sw sw-unk", w::UNKNOWN, counts.unknown)}
            {if counts.cancelled > 0 && counts.open() == 0 {
                tally("sw", w::CANCELLED, counts.cancelled)
            } else {
                tally("sw", w::OPEN, counts.open())
            }}
        </dl>
    }
    .into_any()
}

/// The bar: received, taken by WeChat, failed and uncertain one after the other.
pub fn bar(class: &'static str, progress: &Progress) -> AnyView {
    let (handled, total, percent) = (progress.handled(), progress.total, progress.percent());
    let of = format!("{} / {}", number(handled), number(total));
    let words = match lang() {
        Lang::Zh => format!("{of}，{percent}%"),
        Lang::En => format!("{of}, {percent}%"),
    };
    view! {
        <div class=class role="progressbar" aria-label=t(w::HANDLED) aria-valuemin="0" aria-valuemax=total.to_string()
            aria-valuenow=handled.to_string() aria-valuetext=words>
            <svg aria-hidden="true">{segments(&progress.counts, total)}</svg>
        </div>
    }
    .into_any()
}

fn canary(progress: &Progress) -> AnyView {
    let Some(canary) = progress.canary.filter(|_| progress.goes_out()) else { return ().into_any() };
    // Nobody else was sent to yet.
    let (first, received, percent) = (number(canary.first), number(progress.counts.delivered), canary.percent);
    let words = match lang() {
        Lang::Zh => format!("{first} 人里收到 {received} 人，达到 {percent}% 就自动继续"),
        Lang::En => format!("{received} of {first} received it; at {percent}% it goes on by itself"),
    };
    view! { <p class="muted"><strong>{t(rules::CANARY_WAITS)}</strong>" "{words}</p> }.into_any()
}

fn segments(counts: &Counts, total: i64) -> AnyView {
    let mut from = 0.0;
    let whole = total.max(1) as f64;
    [("seg-ok", counts.delivered), ("seg-sent", counts.accepted), ("seg-bad", counts.failed), ("seg-unk", counts.unknown)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| {
            let width = count as f64 * 100.0 / whole;
            let x = format!("{from:.3}%");
            from += width;
            view! { <rect class=class x=x width=format!("{width:.3}%") height="100%"/> }
        })
        .collect_view()
        .into_any()
}

fn tally(class: &'static str, name: Text, count: i64) -> AnyView {
    view! { <div><dt><i class=class></i>{t(name)}</dt><dd>{number(count)}</dd></div> }.into_any()
}

fn facts(progress: &Progress) -> AnyView {
    let fact = |name: Text, value: AnyView| view! { <div><dt>{t(name)}</dt><dd>{value}</dd></div> }.into_any();
    if progress.state == BatchState::Scheduled {
        return view! { <dl class="facts">{fact(w::STARTS, moment(progress.send_at))}</dl> }.into_any();
    }
    let pace = progress.pace().map(|pace| fact(w::SPEED, per_second(pace).into_any()));
    let took = progress.started_at.zip(progress.ended_at).map(|(from, to)| fact(w::TOOK, time::span_words(to - from, lang()).into_any()));
    let left = progress.pace().filter(|_| progress.state == BatchState::Running).map(|pace| {
        let millis = (progress.counts.open() as f64 / pace * 1000.0) as i64;
        view! { {fact(w::REMAINING, time::span_words(millis, lang()).into_any())}{fact(w::ENDS, moment(now() + millis))} }
    });
    view! { <dl class="facts">{pace}{left}{took}</dl> }.into_any()
}

fn per_second(pace: f64) -> String {
    let shown = if pace < 10.0 { format!("{pace:.1}") } else { format!("{pace:.0}") };
    match lang() {
        Lang::Zh => format!("{shown} 条/秒"),
        Lang::En => format!("{shown} per second"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{infra::page::to_html, ui::Frame};

    #[test]
    fn the_counts_add_up_and_the_bar_says_so() {
        let counts = Counts { queued: 25, accepted: 25, delivered: 40, failed: 8, unknown: 2, ..Counts::default() };
        let progress = Progress {
            state: BatchState::Running,
            counts,
            total: 100,
            canary: Some(Canary { first: 50, percent: 90 }),
            created_at: 0,
            send_at: 0,
            started_at: Some(0),
            ended_at: None,
            speed: Some(12.5),
        };
        assert_eq!((progress.handled(), progress.percent(), progress.moves(0)), (75, 75, true));
        let html = to_html(&Frame::default(), || part(progress.clone()));
        assert!(html.contains(r#"aria-valuenow="75""#) && html.contains("12 条/秒") | html.contains("13 条/秒"), "{html}");
        assert!(html.contains(r#"x="65.000%" width="8.000%""#), "{html}");
        assert!(html.contains("50 人里收到 40 人，达到 90% 就自动继续"), "{html}");
        let done = Progress { state: BatchState::Done, ended_at: Some(10_000), ..progress };
        assert!(to_html(&Frame::default(), || live(done, "/x")).contains("用时"));
    }

    #[test]
    fn receipts_are_waited_for_and_not_for_ever() {
        let counts = Counts { accepted: 2, delivered: 8, failed: 1, unknown: 3, ..Counts::default() };
        let of = |state, counts: Counts| Progress {
            state,
            total: counts.total(),
            counts,
            canary: None,
            created_at: 0,
            send_at: 0,
            started_at: Some(0),
            ended_at: Some(0),
            speed: None,
        };
        let settled = Counts { accepted: 0, delivered: 10, ..counts };
        for state in [BatchState::Done, BatchState::Cancelled] {
            assert!(of(state, counts).moves(SETTLES - 1) && !of(state, counts).moves(SETTLES) && !of(state, settled).moves(1));
        }
        assert!(of(BatchState::Paused, counts).moves(SETTLES * 100) && !of(BatchState::Paused, settled).moves(0));
        assert!(!of(BatchState::AwaitingApproval, counts).moves(0) && of(BatchState::Running, settled).moves(0));
        assert_eq!(of(BatchState::Done, counts).seen(), "done-1-3");
        let frame = Frame { now: 1000, ..Frame::default() };
        let html = to_html(&frame, || live(of(BatchState::Done, counts), "/x"));
        assert!(html.contains(r#"data-live="/x?seen=done-1-3""#) && html.contains(r#"http-equiv="refresh" content="15""#), "{html}");
    }
}
