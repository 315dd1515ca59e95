use super::*;
use crate::{
    features::media::{
        server::bin::Emptying,
        views::Way,
        views_by::{By, Spot},
    },
    jobs::Worker,
    shared::time::DAY,
};

/// Who had what, by one of the two lists, three lines at a time: actor, way, times, sender, whether it lies in the library.
async fn had(bed: &Bed, app_id: &str, by: By) -> Vec<(String, Way, i64, String, bool)> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let listed = bed.media.had(app_id, &by, before.as_ref(), 3).await.expect("lists");
        all.extend(listed.items.into_iter().map(|had| (had.actor, had.way, had.times, had.user_id, had.here)));
        let Some(next) = listed.next_cursor else { return all };
        before = Some(Spot::parse(&next).expect("reads back"));
    }
}

#[tokio::test]
async fn who_had_what_is_listed_by_person_and_by_sender() {
    let bed = Bed::new().await;
    let mut ids = Vec::new();
    for (media_id, user) in [("a", "u1"), ("b", "u1"), ("c", "u2")] {
        ids.push(bed.media.accept(new(media_id, user)).await.expect("filed").id);
    }
    let other = bed.media.accept(NewMedia { account: "wx2".into(), ..new("d", "u1") }).await.expect("filed").id;
    for day in 0..2 {
        for id in &ids {
            bed.media.seen(id, "user:周敏", Way::View);
            bed.media.seen(id, "user:周敏", Way::View);
        }
        bed.media.seen(&ids[0], "key:a-b", Way::Api);
        bed.media.seen(&ids[0], "user:周敏", Way::Download);
        bed.media.seen(&other, "user:周敏", Way::View);
        bed.media.write_views().await.expect("writes");
        if day == 0 {
            bed.advance(DAY);
        }
    }
    let min = had(&bed, "wx1", By::Viewer("user:周敏".into())).await;
    assert_eq!(min.len(), 8, "three looks and a download on each of two days: {min:?}");
    assert!(min.iter().all(|line| line.0 == "user:周敏" && line.2 == if line.1 == Way::View { 2 } else { 1 }), "{min:?}");
    assert_eq!(had(&bed, "wx2", By::Viewer("user:周敏".into())).await.len(), 2, "each account's own");
    assert_eq!(had(&bed, "wx1", By::Viewer("key:a-b".into())).await, vec![("key:a-b".into(), Way::Api, 1, "u1".into(), true); 2]);
    assert!(had(&bed, "wx1", By::Viewer("user:nobody".into())).await.is_empty());

    let of_first = had(&bed, "wx1", By::Sender("u1".into())).await;
    assert_eq!(of_first.len(), 8, "two pictures, the one had in three ways: {of_first:?}");
    assert!(of_first.iter().all(|line| line.3 == "u1"));
    // In the bin it is still known; gone for good it is not.
    let first = bed.now(&ids[0]).await;
    bed.media.delete(&first, Actor::System, String::new()).await.expect("deletes");
    let binned = had(&bed, "wx1", By::Sender("u1".into())).await;
    assert_eq!((binned.len(), binned.iter().filter(|line| !line.4).count()), (8, 6));
    bed.media.empty_now("wx1", bed.media.core.now(), Actor::System, String::new()).await.expect("empties");
    Emptying { media: bed.media.clone() }.tick().await.expect("purges");
    assert_eq!(had(&bed, "wx1", By::Sender("u1".into())).await.len(), 2);
    assert_eq!(had(&bed, "wx1", By::Viewer("key:a-b".into())).await, Vec::new());
}
