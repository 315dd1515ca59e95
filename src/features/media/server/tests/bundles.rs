use std::io::{Cursor, Read};

use axum::{
    body::to_bytes,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::Response,
};
use zip::ZipArchive;

use super::*;
use crate::{
    features::media::server::bundle::{Refused, Wanted},
    infra::trial::NOON,
};

fn seed(at: usize, user_id: &str, bytes: &'static [u8], state: State) -> SeedPicture {
    SeedPicture {
        user_id: user_id.into(),
        answer_title: "=第一周".into(),
        question_id: "q/1".into(),
        created_at: NOON - 600_000 * i64::try_from(at / 2).expect("few"),
        bytes,
        media_id: format!("m{at}"),
        state,
    }
}

/// Pictures of people with difficult names, two at each moment.
async fn seeded(bed: &Bed) {
    let (red, green): (&'static [u8], &'static [u8]) = (jpeg(200).leak(), jpeg(10).leak());
    let people = ["小满", "小满", "../..", "..\\..", "🐦", "\u{202e}nn", "con", "Ann", "ann", "gone"];
    let state = |name: &str| if name == "gone" { State::Expired } else { State::Stored };
    let seeds = people.iter().enumerate().map(|(at, name)| seed(at, name, if at % 2 == 0 { red } else { green }, state(name)));
    bed.media.seed("wx1", seeds.collect()).await.expect("seeds");
}

fn everything() -> Wanted {
    Wanted::Shown(Filter { app_id: "wx1".into(), ..Filter::default() })
}

async fn asked(bed: &Bed, wanted: Wanted) -> Result<Response, Refused> {
    let id = bed.media.bundle("wx1", wanted, zhou(), "127.0.0.1".into()).await?.remove(0);
    Ok(bed.media.frozen("wx1", &id, &zhou(), &HeaderMap::new()).await?)
}

fn zhou() -> Actor {
    Actor::User("周敏".into())
}

/// What a ZIP that was asked for answers with these headers: status, validator and bytes.
async fn part(bed: &Bed, id: &str, headers: &[(HeaderName, String)]) -> (u16, String, Vec<u8>) {
    let headers: HeaderMap = headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("value"))).collect();
    let response = bed.media.frozen("wx1", id, &zhou(), &headers).await.expect("gives");
    let (status, mark) = (response.status().as_u16(), response.headers().get(header::ETAG).cloned());
    let mark = mark.map(|mark| mark.to_str().expect("ASCII").to_owned()).unwrap_or_default();
    let length = response.headers().get(header::CONTENT_LENGTH).cloned();
    let bytes = to_bytes(response.into_body(), 10_000_000).await.expect("whole").to_vec();
    if status < 300 {
        assert_eq!(length.expect("told").to_str().expect("digits"), bytes.len().to_string());
    }
    (status, mark, bytes)
}

async fn opened(response: Response) -> ZipArchive<Cursor<Vec<u8>>> {
    assert_eq!(
        (response.status(), &response.headers()[header::CONTENT_TYPE]),
        (StatusCode::OK, &"application/zip".parse().expect("value"))
    );
    assert!(response.headers()[header::CONTENT_DISPOSITION].to_str().expect("ASCII").starts_with("attachment; "));
    let bytes = to_bytes(response.into_body(), 10_000_000).await.expect("whole");
    ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a ZIP")
}

fn text(zip: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    zip.by_name(name).expect("there").read_to_end(&mut out).expect("reads");
    out
}

fn lines(zip: &mut ZipArchive<Cursor<Vec<u8>>>) -> Vec<Vec<String>> {
    let list = text(zip, "manifest.csv");
    let list = list.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    csv::Reader::from_reader(list).records().map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn every_stored_picture_lies_where_the_list_says() {
    let bed = Bed::new().await;
    seeded(&bed).await;
    let mut zip = opened(asked(&bed, everything()).await.expect("packs")).await;
    let lines = lines(&mut zip);
    assert_eq!((lines.len(), zip.len()), (9, 10), "what is not stored is not inside");
    for line in &lines {
        let bytes = text(&mut zip, &line[0]);
        assert_eq!(hex::encode(crate::infra::secrets::sha256(&bytes)), line[9]);
        assert_eq!((line[2].as_str(), line[3].as_str()), ("'=第一周", "q/1"), "no cell calculates, and names are told as they are");
    }
    let mut paths: Vec<_> = lines.iter().map(|line| line[0].to_lowercase()).collect();
    assert!(
        paths.iter().all(|path| path.split('/').count() == 4 && !path.contains("..") && !path.contains(['\\', '\u{202e}'])),
        "{paths:?}"
    );
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 9, "no two land in one place, not even where case does not count");
    assert!(
        lines.iter().any(|line| line[0].starts_with("小满/=第一周/q_1~") && line[0].ends_with("/2026-11-22-120000 (2).jpg")),
        "{paths:?}"
    );
}

#[tokio::test]
async fn only_what_was_picked_or_shown_and_of_this_account_is_packed() {
    let bed = Bed::new().await;
    seeded(&bed).await;
    let filter = Filter { app_id: "wx1".into(), ..Filter::default() };
    let all = bed.media.list(&filter, None, 100).await.expect("lists").items;
    let ids: Vec<_> = [&all[0], &all[2], &all[2]].map(|picture| picture.id.clone()).into();
    let mut zip = opened(asked(&bed, Wanted::Picked(ids.clone())).await.expect("packs")).await;
    assert_eq!(lines(&mut zip).iter().map(|line| line[10].clone()).collect::<Vec<_>>(), ids[..2]);
    let foreign = bed.media.bundle("wx2", Wanted::Picked(ids), Actor::User("x".into()), String::new()).await;
    assert!(matches!(foreign, Err(Refused::Nothing)));
    let one = Wanted::Shown(Filter { user_id: Some("小满".into()), ..filter.clone() });
    assert_eq!(opened(asked(&bed, one).await.expect("packs")).await.len(), 3);
    let day = Wanted::Shown(filter.clone().on_day(crate::shared::time::day_number(NOON) - 1));
    assert!(matches!(asked(&bed, day).await, Err(Refused::Nothing)));
    let expired = Wanted::Shown(Filter { state: Some(State::Expired), ..filter });
    assert!(matches!(asked(&bed, expired).await, Err(Refused::Nothing)));
    let told: Vec<(String, String, String)> =
        sqlx::query_as("select actor, action, detail from audit order by id").fetch_all(bed.media.core.db.read()).await.expect("reads");
    let who = |count, way| ("周敏".to_owned(), "media.bundled".to_owned(), format!("{{\"count\":{count},\"way\":\"{way}\"}}"));
    assert_eq!(told, [who(2, "picked"), who(2, "shown")], "who took how many");
}

#[tokio::test]
async fn a_lost_file_costs_one_picture_and_a_reader_that_leaves_frees_its_bench() {
    let bed = Bed::new().await;
    seeded(&bed).await;
    let lost = hex::encode(crate::infra::secrets::sha256(&jpeg(10)));
    std::fs::remove_file(bed.folder.path().join("media").join(&lost[..2]).join(&lost)).expect("removes");
    let mut zip = opened(asked(&bed, everything()).await.expect("packs")).await;
    let lines = lines(&mut zip);
    assert_eq!((lines.len(), lines.iter().filter(|line| line[0].is_empty()).count()), (9, 4));
    assert_eq!(zip.len(), 6);
    for _ in 0..20 {
        let left = loop {
            match asked(&bed, everything()).await {
                Err(Refused::Failed(busy)) => {
                    assert_eq!(busy.status, 503);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                other => break other,
            }
        };
        drop(left.expect("packs"));
    }
    drop(bed.media.benches.acquire_many(4).await.expect("all benches are free again"));
    assert_eq!(bed.files().len(), 5, "no scratch file stays");
}

#[tokio::test]
async fn what_broke_off_goes_on_and_gives_the_same_file() {
    let bed = Bed::new().await;
    seeded(&bed).await;
    let id = bed.media.bundle("wx1", everything(), zhou(), String::new()).await.expect("freezes").remove(0);
    let noted = async || {
        sqlx::query_scalar::<_, i64>("select count(crc32) from contents").fetch_one(bed.media.core.db.read()).await.expect("reads")
    };
    let (status, mark, whole) = part(&bed, &id, &[]).await;
    assert_eq!((status, whole.len() > 5000), (200, true));
    // What comes meanwhile stays outside: the pictures are those of the moment.
    bed.media.seed("wx1", vec![seed(40, "later", jpeg(77).leak(), State::Stored)]).await.expect("seeds");
    for at in [1, 30, 31, 700, whole.len() / 2, whole.len() - 1] {
        let range = |text: String| vec![(header::RANGE, text), (header::IF_RANGE, mark.clone())];
        let (status, _, mut glued) = part(&bed, &id, &range(format!("bytes=0-{}", at - 1))).await;
        let (rest_status, same, rest) = part(&bed, &id, &range(format!("bytes={at}-"))).await;
        glued.extend(rest);
        assert_eq!((status, rest_status, &same, glued == whole), (206, 206, &mark, true), "cut at {at}");
    }
    drop(bed.media.benches.acquire_many(4).await.expect("everybody is done"));
    assert_eq!(noted().await, 2, "checksums of the two contents are kept");
    let (status, ..) = part(&bed, &id, &[(header::RANGE, format!("bytes={}-", whole.len()))]).await;
    assert_eq!(status, 416);

    // Whoever has a part goes on with what was moved into the bin meanwhile; who begins anew gets what is there, and so does everybody where
    // it has gone for good.
    let filter = Filter { app_id: "wx1".into(), user_id: Some("Ann".into()), ..Filter::default() };
    let ann = bed.media.list(&filter, None, 1).await.expect("lists").items.remove(0);
    bed.media.delete(&ann, zhou(), String::new()).await.expect("goes");
    let rest = [(header::RANGE, "bytes=700-".into()), (header::IF_RANGE, mark.clone())];
    let (status, same, bytes) = part(&bed, &id, &rest).await;
    assert_eq!((status, &same, bytes == whole[700..]), (206, &mark, true));
    let (status, other, bytes) = part(&bed, &id, &[]).await;
    assert_eq!((status, other == mark, ZipArchive::new(Cursor::new(bytes)).expect("a ZIP").len()), (200, false, 9));
    let gone = bed.media.core.db.write(|c| Box::pin(async move { sqlx::query("delete from media_bin").execute(c).await }));
    gone.await.expect("goes for good");
    let (status, still, bytes) = part(&bed, &id, &rest).await;
    assert_eq!((status, still, ZipArchive::new(Cursor::new(bytes)).expect("a ZIP").len()), (200, other, 9));

    let status =
        async |app_id: &str, who: Actor| bed.media.frozen(app_id, &id, &who, &HeaderMap::new()).await.map_or_else(|e| e.status, |_| 200);
    assert_eq!(
        [status("wx1", Actor::User("lin".into())).await, status("wx2", zhou()).await],
        [404, 404],
        "it is of one person and account"
    );
    bed.advance(crate::shared::time::DAY + 1);
    assert_eq!(status("wx1", zhou()).await, 404, "kept for a day");
}

#[tokio::test]
async fn the_list_says_how_pictures_were_judged_and_stays_as_it_was_asked_for() {
    let bed = Bed::new().await;
    let judge = |at: usize, review: &'static str| {
        let sql = "update media set review = ?1, review_reason = iif(?1 = 'reject', '=糊', null), reviewer = 'user:林', reviewed_at = ?2 where media_id = ?3";
        let done = bed
            .media
            .core
            .db
            .write(move |c| Box::pin(async move { sqlx::query(sql).bind(review).bind(NOON).bind(format!("m{at}")).execute(c).await }));
        async { done.await.expect("judges") }
    };
    // Two people, one question: of 小满 an older one passed, of Ann the newer one was rejected, of con there are only rejected ones.
    let people = ["小满", "Ann", "con", "con", "Ann", "小满"];
    let bytes: &'static [u8] = jpeg(9).leak();
    let seeds = people.iter().enumerate().map(|(at, name)| seed(2 * at, name, bytes, State::Stored));
    bed.media.seed("wx1", seeds.collect()).await.expect("seeds");
    for (at, review) in [(10, "pass"), (2, "reject"), (4, "reject"), (6, "reject")] {
        judge(at, review).await;
    }
    let best = bed.media.bundle("wx1", Wanted::Best("=第一周".into()), zhou(), String::new()).await.expect("freezes").remove(0);
    let (_, mark, whole) = part(&bed, &best, &[]).await;
    let mut zip = ZipArchive::new(Cursor::new(whole.clone())).expect("a ZIP");
    let lines = lines(&mut zip);
    let told: Vec<_> = lines.iter().map(|line| [1, 11, 12, 13, 15].map(|at| line[at].as_str())).collect();
    assert_eq!(told, [["con", "m4", "reject", "林", "'=糊"], ["Ann", "m8", "", "", ""], ["小满", "m10", "pass", "林", ""]]);
    assert!(lines[0][14].starts_with("2026-11-22T04:00:00"), "{:?}", lines[0]);

    // Somebody judges while it is fetched: the rest still fits what was given before.
    judge(8, "pass").await;
    let rest = [(header::RANGE, "bytes=100-".into()), (header::IF_RANGE, mark.clone())];
    let (status, same, bytes) = part(&bed, &best, &rest).await;
    assert_eq!((status, same, bytes == whole[100..]), (206, mark, true));
    let none = bed.media.bundle("wx1", Wanted::Best("another".into()), zhou(), String::new()).await;
    assert!(matches!(none, Err(Refused::Nothing)));
}
