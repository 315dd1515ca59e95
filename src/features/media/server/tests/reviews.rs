use super::*;
use crate::{
    features::media::{
        review::{Judged, Review, Verdict},
        server::review::{Judgement, Undone},
    },
    infra::trial::NOON,
    shared::time::{HOUR, MINUTE},
};

fn person(name: &str) -> Actor {
    Actor::User(name.into())
}

fn pass() -> Judgement {
    Judgement { verdict: Some(Verdict::Pass), ..Judgement::default() }
}

fn reject(reason: &str) -> Judgement {
    Judgement { verdict: Some(Verdict::Reject), reason: Some(reason.into()), comment: Some("第二次了".into()) }
}

/// `count` stored pictures a minute apart, the oldest first.
pub(super) async fn stored_ones(bed: &Bed, count: i64) -> Vec<Picture> {
    let bytes: &'static [u8] = jpeg(7).leak();
    let seeds = (0..count).map(|at| SeedPicture {
        user_id: format!("u{}", at % 2),
        answer_title: "第一周".into(),
        question_id: "q1".into(),
        created_at: NOON - HOUR + at * MINUTE,
        bytes,
        media_id: format!("m{at}"),
        state: State::Stored,
    });
    bed.media.seed("wx1", seeds.collect()).await.expect("seeds");
    let mut all = bed.media.list(&everything(), None, 100).await.expect("lists").items;
    all.reverse();
    all
}

fn everything() -> Filter {
    Filter { app_id: "wx1".into(), ..Filter::default() }
}

async fn standing(bed: &Bed, judged: Judged) -> Vec<String> {
    let rows = bed.media.list(&Filter { review: Some(judged), ..everything() }, None, 100).await.expect("lists").items;
    rows.into_iter().map(|picture| picture.media_id).collect()
}

fn code(outcome: Result<impl Sized, AppError>) -> &'static str {
    outcome.err().map_or("done", |error| error.code)
}

#[tokio::test]
async fn who_judged_what_and_when_is_known_and_filtered_by() {
    let bed = Bed::new().await;
    let all = stored_ones(&bed, 3).await;
    let waiting = bed.file("fresh").await;
    bed.media.review(&all[0], pass(), &person("周敏"), Some(0)).await.expect("passes");
    bed.media.review(&all[1], reject("看不清"), &Actor::Key("erp".into()), None).await.expect("rejects");
    assert_eq!(code(bed.media.review(&waiting, pass(), &person("周敏"), None).await), "not_stored");
    let rejected = bed.now(&all[1].id).await.review.expect("judged");
    let (reason, comment) = (Some("看不清".to_owned()), Some("第二次了".to_owned()));
    assert_eq!(rejected, Review { verdict: Verdict::Reject, reason, comment, reviewer: "key:erp".into(), at: NOON });
    assert_eq!(rejected.name(), "erp");
    assert_eq!((standing(&bed, Judged::Passed).await, standing(&bed, Judged::Rejected).await), (vec!["m0".into()], vec!["m1".into()]));
    assert_eq!(standing(&bed, Judged::Unreviewed).await, ["m2"], "what is not stored does not wait to be judged");
    let of_user = Filter { review: Some(Judged::Passed), user_id: Some("u1".into()), ..everything() };
    assert!(bed.media.list(&of_user, None, 10).await.expect("lists").items.is_empty(), "filters narrow together");
    bed.media.review(&all[1], Judgement::default(), &person("周敏"), Some(NOON)).await.expect("clears");
    assert_eq!(bed.now(&all[1].id).await.review, None);
    assert_eq!(bed.media.desk_figures("wx1", &person("周敏")).await.expect("counts"), (2, 1));
}

#[tokio::test]
async fn nobody_judges_over_what_they_have_not_seen() {
    let bed = Bed::new().await;
    let all = stored_ones(&bed, 1).await;
    bed.media.review(&all[0], pass(), &person("周敏"), Some(0)).await.expect("passes");
    assert_eq!(code(bed.media.review(&all[0], reject("重复"), &person("林一帆"), Some(0)).await), "review_changed");
    assert_eq!(bed.now(&all[0].id).await.review.map(|review| review.verdict), Some(Verdict::Pass));
    bed.advance(1);
    bed.media.review(&all[0], reject("重复"), &person("林一帆"), Some(NOON)).await.expect("seen, so judged");
}

#[tokio::test]
async fn ones_own_last_judgement_can_be_undone_step_by_step() {
    let (bed, me, other) = (Bed::new().await, person("周敏"), person("林一帆"));
    let all = stored_ones(&bed, 2).await;
    assert_eq!(code(bed.media.undo("wx1", &me).await), "nothing_to_undo");
    for said in [pass(), reject("看不清")] {
        bed.media.review(&all[0], said, &me, None).await.expect("judges");
        bed.advance(1);
    }
    bed.media.review(&all[1], pass(), &other, None).await.expect("judges");
    let undone = bed.media.undo("wx1", &me).await.expect("undoes");
    assert!(matches!(undone, Undone::One(id) if id == all[0].id));
    let before = bed.now(&all[0].id).await.review.expect("judged");
    assert_eq!((before.verdict, before.reason, before.at), (Verdict::Pass, None, NOON), "as it stood before");
    bed.media.undo("wx1", &me).await.expect("undoes");
    assert_eq!(bed.now(&all[0].id).await.review, None);
    assert_eq!(code(bed.media.undo("wx1", &me).await), "nothing_to_undo", "a colleague's is not one's own");
    bed.media.review(&all[0], pass(), &me, None).await.expect("judges");
    bed.media.review(&all[0], reject("重复"), &other, None).await.expect("judges");
    assert_eq!(code(bed.media.undo("wx1", &me).await), "review_changed");
    assert_eq!(bed.now(&all[0].id).await.review.map(|review| review.verdict), Some(Verdict::Reject));
    bed.advance(2 * HOUR);
    assert_eq!(code(bed.media.undo("wx1", &other).await), "nothing_to_undo");
}

#[tokio::test]
async fn two_people_never_have_the_same_picture_before_them() {
    let (bed, me, other) = (Bed::new().await, person("周敏"), person("林一帆"));
    let all = stored_ones(&bed, 3).await;
    let next = async |who: &Actor, after: Option<&str>| bed.media.next_unreviewed(&everything(), after, who).await.expect("finds");
    assert_eq!(next(&me, None).await.as_ref(), Some(&all[0].id), "the oldest first");
    assert_eq!(bed.media.lay(&all[0], &me).await.expect("lays"), None);
    assert_eq!(bed.media.lay(&all[0], &me).await.expect("lays"), None, "again is no clash with oneself");
    assert_eq!(next(&other, None).await.as_ref(), Some(&all[1].id));
    assert_eq!(bed.media.lay(&all[0], &other).await.expect("asks").as_deref(), Some("周敏"));
    assert_eq!(bed.media.holder(&all[0], &other).await.expect("reads").as_deref(), Some("周敏"), "nor on its own page");
    assert_eq!(bed.media.holder(&all[0], &me).await.expect("reads"), None);
    assert_eq!(bed.media.desks("wx1", &other).await.expect("lists"), [(all[0].id.clone(), "周敏".to_owned())]);
    // One desk, one picture.
    assert_eq!(bed.media.lay(&all[2], &me).await.expect("lays"), None);
    assert_eq!(bed.media.lay(&all[0], &other).await.expect("lays"), None);
    bed.media.review(&all[1], pass(), &me, None).await.expect("judges");
    assert_eq!(next(&me, Some(&all[2].id)).await.as_ref(), Some(&all[2].id), "after the last it starts again, past what others have");
    bed.advance(3 * MINUTE);
    assert_eq!(next(&me, Some(&all[2].id)).await.as_ref(), Some(&all[0].id), "a desk that was left is free");
    for picture in [&all[0], &all[2]] {
        bed.media.review(picture, pass(), &me, None).await.expect("judges");
    }
    assert_eq!(next(&me, None).await, None);
}

#[tokio::test]
async fn many_people_at_once_get_a_picture_each() {
    let bed = Bed::new().await;
    let all = stored_ones(&bed, 8).await;
    let laid = (0..8).map(|at| {
        let (media, picture) = (bed.media.clone(), all[at / 4].clone());
        tokio::spawn(async move { media.lay(&picture, &person(&format!("p{at}"))).await.expect("lays").is_none() })
    });
    let mut got = 0;
    for laid in laid.collect::<Vec<_>>() {
        got += i32::from(laid.await.expect("joins"));
    }
    assert_eq!(got, 2, "four wanted each, one got it");
    let bed = Bed::new().await;
    stored_ones(&bed, 8).await;
    let taken = (0..8).map(|at| {
        let media = bed.media.clone();
        tokio::spawn(async move { media.take_next(&everything(), None, &person(&format!("p{at}"))).await.expect("finds") })
    });
    let mut ids = std::collections::HashSet::new();
    for taken in taken.collect::<Vec<_>>() {
        ids.extend(taken.await.expect("joins"));
    }
    assert_eq!(ids.len(), 8, "whoever asks for the next one gets another");
}

#[tokio::test]
async fn a_picture_that_is_looked_at_stays_on_the_desk() {
    let (bed, me, other) = (Bed::new().await, person("周敏"), person("林一帆"));
    let [picture] = stored_ones(&bed, 1).await.try_into().expect("one");
    bed.media.lay(&picture, &me).await.expect("lays");
    for _ in 0..5 {
        bed.advance(45 * 1000);
        assert_eq!(bed.media.lay(&picture, &me).await.expect("stays"), None);
    }
    assert_eq!(bed.media.take_next(&everything(), None, &other).await.expect("finds"), None);
}

#[tokio::test]
async fn each_account_has_reasons_of_its_own() {
    let bed = Bed::new().await;
    assert_eq!(bed.media.reasons("wx1").await.expect("reads").len(), 5);
    bed.media.set_reasons("wx1", &["糊".into(), "偏".into()], person("周敏"), "127.0.0.1".into()).await.expect("saves");
    assert_eq!(bed.media.reasons("wx1").await.expect("reads"), ["糊", "偏"]);
    assert_eq!(bed.media.reasons("wx2").await.expect("reads").len(), 5);
}
