use super::*;
use crate::features::media::server::check::{Broken, Fault, Report, check};

fn seed(at: usize, bytes: &'static [u8]) -> SeedPicture {
    SeedPicture {
        user_id: format!("u{at}"),
        answer_title: "第一周".into(),
        question_id: "q1".into(),
        created_at: trial::NOON - i64::try_from(at).expect("few") * 60_000,
        bytes,
        media_id: format!("m{at}"),
        state: State::Stored,
    }
}

#[tokio::test]
async fn what_is_missing_or_damaged_is_told_with_the_pictures_that_show_it() {
    let bed = Bed::new().await;
    let bytes: Vec<&'static [u8]> = [10, 90, 200].map(|shade| &*jpeg(shade).leak()).into();
    let seeds = [(0, 0), (1, 1), (2, 1), (3, 2)].map(|(at, content)| seed(at, bytes[content]));
    bed.media.seed("wx1", seeds.into()).await.expect("seeds");
    let core = bed.media.core.clone();
    let checked = async || {
        let mut told = Vec::new();
        (check(&core, |broken| told.push(broken)).await.expect("checks"), told)
    };
    let whole = u64::try_from(bytes.iter().map(|one| one.len()).sum::<usize>()).expect("small");
    assert_eq!(checked().await, (Report { contents: 3, bytes: whole, broken: 0 }, Vec::new()));

    let name = |at: usize| hex::encode(crate::infra::secrets::sha256(bytes[at]));
    let path = |at: usize| bed.folder.path().join("media").join(&name(at)[..2]).join(name(at));
    std::fs::remove_file(path(0)).expect("removes");
    // As long as before: only the hash can tell.
    let mut other = bytes[1].to_vec();
    other[40] ^= 1;
    std::fs::write(path(1), other).expect("writes");
    let filter = |user: &str| Filter { app_id: "wx1".into(), user_id: Some(user.into()), ..Filter::default() };
    let older = bed.media.list(&filter("u2"), None, 1).await.expect("lists").items.remove(0).id;
    let first = bed.media.list(&filter("u0"), None, 1).await.expect("lists").items.remove(0).id;
    let (report, mut told) = checked().await;
    assert_eq!((report.contents, report.broken), (3, 2));
    told.sort_by_key(|broken| broken.pictures);
    let broken = |at, fault, pictures, picture| Broken { sha256: name(at), fault, pictures, picture: Some(picture) };
    assert_eq!(told, [broken(0, Fault::Missing, 1, first), broken(1, Fault::Damaged, 2, older)]);
}
