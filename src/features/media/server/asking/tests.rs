use super::*;
use crate::{
    features::media::{
        model::{Filter, State},
        server::{SeedPicture, review::Judgement, tests::Bed},
    },
    infra::trial::NOON,
};

/// Whatever was looked at before is looked at once more in the write that files the message.
#[tokio::test]
async fn an_ask_is_noted_only_while_what_was_seen_holds() {
    let bed = Bed::new().await;
    let seed = |at: i64| SeedPicture {
        user_id: "u1".into(),
        answer_title: "第一周".into(),
        question_id: "q1".into(),
        created_at: NOON + at,
        bytes: crate::sandbox::scenes()[0].1,
        media_id: format!("m{at}"),
        state: State::Stored,
    };
    bed.media.seed("wx1", vec![seed(0), seed(1)]).await.expect("seeds");
    let all = bed.media.list(&Filter { app_id: "wx1".into(), ..Filter::default() }, None, 9).await.expect("lists").items;
    let (newer, old) = (&all[0], &all[1]);
    let note = async |number: i64, openid: &str, seen: Option<&str>| {
        let asking = Asking { number, openid: openid.into(), newer: seen.map(str::to_owned) };
        let id = old.id.clone();
        let noted =
            bed.media.core.db.write(move |c| Box::pin(async move { store::note(c, &id, &asking, "message", "user:lin", NOON).await }));
        noted.await.expect("writes")
    };
    let judge = async |picture: &Picture, verdict: Verdict| {
        let judgement = Judgement { verdict: Some(verdict), ..Judgement::default() };
        let now = bed.media.get(&picture.id).await.expect("there");
        bed.media.review(&now, judgement, &Actor::User("lin".into()), None).await.expect("judges");
    };
    let seen = Some(newer.id.as_str());
    assert!(!note(1, "oA", seen).await, "nobody has rejected it");
    judge(old, Verdict::Reject).await;
    assert!(!note(1, "oA", None).await, "the newer one was not seen");
    judge(old, Verdict::Pass).await;
    assert!(!note(1, "oA", seen).await, "the verdict was changed");
    judge(old, Verdict::Reject).await;
    assert!(note(1, "oA", seen).await && note(1, "oA", seen).await && !note(1, "oB", seen).await, "one openid has the number");
    judge(newer, Verdict::Reject).await;
    assert_eq!(bed.media.newer(old).await.expect("reads"), None, "what was rejected is no answer");
    assert!(!note(2, "oA", seen).await && note(2, "oA", None).await);
}
