//! Acts of many pictures, cut short and gone on with.

use super::{reviews::stored_ones, *};
use crate::features::media::{
    review::Verdict,
    server::{
        acts::{Begun, Deed, store},
        picked::Chosen,
        review::{Judgement, Line, Undone, Verdicts, store as reviews},
    },
};

const ACCOUNT: &str = "wx1";

/// What the audit log says of acts of verdicts, the oldest first, without the act's id.
async fn told(media: &Media) -> Vec<String> {
    sqlx::query_scalar("select json_remove(detail, '$.act') from audit where action = 'media.judged' order by id")
        .fetch_all(media.core.db.read())
        .await
        .expect("reads")
}

async fn under_way(media: &Media) -> usize {
    store::under_way(media.core.db.read()).await.expect("reads").len()
}

fn verdicts(media: &Media) -> Verdicts {
    let said = Judgement { verdict: Some(Verdict::Pass), ..Judgement::default() };
    Verdicts { said, seen: media.core.now(), over: false }
}

/// An act as a process leaves it that dies over it: written down, and the first `done` of its pictures judged.
async fn half_done(bed: &Bed, ids: &[String], done: usize) -> Begun {
    let verdicts = verdicts(&bed.media);
    bed.advance(1000);
    let (actor, at) = (Actor::User("周敏".into()), bed.media.core.now());
    let lines: Vec<Line> =
        ids[..done].iter().map(|id| Line { act: Some("act1".into()), ..Line::new(id, verdicts.said.clone(), &actor, at) }).collect();
    let deed = Deed::Judge { chosen: Chosen::Picked(ids.to_vec()), verdicts };
    let begun = Begun { id: "act1".into(), app_id: ACCOUNT.into(), actor, address: "127.0.0.1".into(), at, deed, resumed: false };
    let row = begun.row();
    let unit = bed.media.core.db.write(move |c| {
        Box::pin(async move {
            store::begin(c, &row).await?;
            for line in &lines {
                reviews::set(c, line, None).await?;
                reviews::note(c, ACCOUNT, line).await?;
            }
            Ok(())
        })
    });
    unit.await.expect("writes");
    begun
}

#[tokio::test]
async fn an_act_that_takes_long_is_answered_and_goes_on() {
    let bed = Bed::new().await;
    assert_eq!(bed.media.patiently(async { Ok(7) }).await.expect("acts"), Some(7));
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let (told, heard) = tokio::sync::oneshot::channel();
    let act = bed.media.patiently(async move {
        gone.await.ok();
        told.send(7).ok();
        Ok(7)
    });
    let (answer, ()) = tokio::join!(act, async { bed.advance(20_000) });
    assert_eq!(answer.expect("acts"), None);
    go.send(()).expect("still there");
    assert_eq!(heard.await, Ok(7));
}

#[tokio::test]
async fn an_act_that_a_crash_cuts_short_goes_on_at_the_next_start() {
    let bed = Bed::new().await;
    let ids: Vec<String> = stored_ones(&bed, 3).await.into_iter().map(|one| one.id).collect();
    half_done(&bed, &ids, 2).await;
    let after = bed.reborn().await;
    let left = after.cut_short().await.expect("reads");
    assert_eq!((left.len(), after.cut_short().await.expect("reads").len()), (1, 0), "taken up once");
    after.clone().resume(left).await;
    for id in &ids {
        let review = after.get(id).await.expect("there").review.expect("judged");
        assert_eq!((review.verdict, review.reviewer.as_str()), (Verdict::Pass, "user:周敏"));
    }
    assert_eq!(under_way(&after).await, 0);
    assert_eq!(told(&after).await, [r#"{"pictures":3,"resumed":true,"verdict":"pass"}"#]);
    let who: (String, Option<String>) = sqlx::query_as("select actor, address from audit where action = 'media.judged'")
        .fetch_one(after.core.db.read())
        .await
        .expect("reads");
    assert!(who.0.contains("周敏") && who.1.as_deref() == Some("127.0.0.1"), "{who:?}");
    // No verdict was given twice, and all are undone as one.
    let undone = after.undo(ACCOUNT, &Actor::User("周敏".into())).await.expect("undoes");
    assert!(matches!(undone, Undone::Many(3, 0)), "{undone:?}");
}

#[tokio::test]
async fn an_act_that_is_undone_meanwhile_stops() {
    let bed = Bed::new().await;
    let ids: Vec<String> = stored_ones(&bed, 3).await.into_iter().map(|one| one.id).collect();
    let begun = half_done(&bed, &ids, 2).await;
    let undone = bed.media.undo(ACCOUNT, &begun.actor).await.expect("undoes");
    assert!(matches!(undone, Undone::Many(2, 0)), "{undone:?}");
    assert_eq!(under_way(&bed.media).await, 0, "no start takes it up again");
    assert_eq!(told(&bed.media).await, [r#"{"pictures":2,"verdict":"pass"}"#]);
    let came = bed.media.clone().carry_out(begun).await.expect("ends");
    assert_eq!(came.done, 0);
    assert!(bed.media.get(&ids[2]).await.expect("there").review.is_none());
}

#[tokio::test]
async fn deleting_and_restoring_go_on_as_well() {
    let bed = Bed::new().await;
    let ids: Vec<String> = stored_ones(&bed, 3).await.into_iter().map(|one| one.id).collect();
    let actor = Actor::User("周敏".into());
    let begin = async |deed: Deed, id: &str, at: i64| {
        let begun = Begun { id: id.into(), app_id: ACCOUNT.into(), actor: actor.clone(), address: String::new(), at, deed, resumed: false };
        let row = begun.row();
        bed.media.core.db.write(move |c| Box::pin(async move { store::begin(c, &row).await })).await.expect("writes");
    };
    let at = bed.media.core.now();
    begin(Deed::Delete { chosen: Chosen::Picked(ids.clone()) }, "act1", at).await;
    let after = bed.reborn().await;
    after.clone().resume(after.cut_short().await.expect("reads")).await;
    for id in &ids {
        assert_eq!(after.in_bin(ACCOUNT, id).await.expect("in the bin").deleted_at, at, "all at the moment it was asked for");
    }
    begin(Deed::Restore { at, by: actor.tag() }, "act2", at + 1).await;
    let after = bed.reborn().await;
    after.clone().resume(after.cut_short().await.expect("reads")).await;
    for id in &ids {
        after.get(id).await.expect("back");
    }
    assert_eq!(under_way(&after).await, 0);
    // What finds nothing to do is not tried for ever.
    begin(Deed::Restore { at, by: actor.tag() }, "act3", at + 2).await;
    let after = bed.reborn().await;
    after.clone().resume(after.cut_short().await.expect("reads")).await;
    assert_eq!(under_way(&after).await, 0);
}

#[tokio::test]
async fn a_deletion_that_is_restored_meanwhile_stops() {
    let bed = Bed::new().await;
    let ids: Vec<String> = stored_ones(&bed, 3).await.into_iter().map(|one| one.id).collect();
    let (actor, at) = (Actor::User("周敏".into()), bed.media.core.now());
    let deed = |ids: &[String]| Deed::Delete { chosen: Chosen::Picked(ids.to_vec()) };
    let begun = |id: &str, ids: &[String]| Begun {
        id: id.into(),
        app_id: ACCOUNT.into(),
        actor: actor.clone(),
        address: String::new(),
        at,
        deed: deed(ids),
        resumed: false,
    };
    // Of three pictures one is in the bin when the deletion is taken back.
    for one in [begun("first", &ids[..1]), begun("all", &ids)] {
        let row = one.row();
        bed.media.core.db.write(move |c| Box::pin(async move { store::begin(c, &row).await })).await.expect("writes");
    }
    bed.media.clone().carry_out(begun("first", &ids[..1])).await.expect("deletes");
    let back = bed.media.act(ACCOUNT, actor.clone(), String::new(), Deed::Restore { at, by: actor.tag() }).await.expect("restores");
    assert_eq!((back.map(|came| came.done), under_way(&bed.media).await), (Some(1), 0));
    assert_eq!(bed.media.clone().carry_out(begun("all", &ids)).await.expect("ends").done, 0);
    for id in &ids {
        bed.media.get(id).await.expect("not in the bin");
    }
}
