use axum::{
    body::to_bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::*;
use give::Part;

async fn kept(bed: &Bed, bytes: &[u8]) -> Picture {
    let wanted = NewMedia { question_id: "鸟/1".into(), ..new("m1", "小满\"") };
    let id = bed.media.accept(wanted).await.expect("filed").id;
    bed.attempt(&id, stored(&bed.media, bytes).await).await
}

fn asking(name: HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, HeaderValue::from_str(value).expect("header"))])
}

fn text(response: &Response, name: HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().expect("ASCII").to_owned()).unwrap_or_default()
}

async fn body(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), 1_000_000).await.expect("reads").to_vec()
}

#[tokio::test]
async fn the_original_comes_back_byte_for_byte_under_safe_headers() {
    let (bed, bytes) = (Bed::new().await, jpeg(1));
    let picture = kept(&bed, &bytes).await;
    let given = bed.media.give(&picture, Part::Original, &HeaderMap::new()).await.expect("gives");
    assert_eq!(given.status(), StatusCode::OK);
    assert_eq!(text(&given, header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(text(&given, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(text(&given, header::CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
    assert_eq!(text(&given, header::CACHE_CONTROL), "private, max-age=31536000, immutable");
    assert_eq!(text(&given, HeaderName::from_static("cross-origin-resource-policy")), "same-origin");
    assert!(text(&given, header::CONTENT_DISPOSITION).starts_with("inline; "));
    assert_eq!(text(&given, header::CONTENT_LENGTH), bytes.len().to_string());
    assert_eq!(body(given).await, bytes);
    let saved = bed.media.give(&picture, Part::Download, &HeaderMap::new()).await.expect("gives");
    let name =
        format!("attachment; filename=\"__-__1-{}.jpg\"; filename*=UTF-8''%E5%B0%8F%E6%BB%A1-%E9%B8%9F_1-{}.jpg", picture.id, picture.id);
    assert_eq!(text(&saved, header::CONTENT_DISPOSITION), name);
}

#[tokio::test]
async fn parts_and_validators_are_honoured() {
    let (bed, bytes) = (Bed::new().await, jpeg(1));
    let picture = kept(&bed, &bytes).await;
    let whole = bed.media.give(&picture, Part::Original, &HeaderMap::new()).await.expect("gives");
    let etag = text(&whole, header::ETAG);
    let part = bed.media.give(&picture, Part::Original, &asking(header::RANGE, "bytes=10-19")).await.expect("gives");
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(text(&part, header::CONTENT_RANGE), format!("bytes 10-19/{}", bytes.len()));
    assert_eq!(body(part).await, bytes[10..20]);
    let beyond = bed.media.give(&picture, Part::Original, &asking(header::RANGE, "bytes=9999999-")).await.expect("gives");
    assert_eq!(
        (beyond.status(), text(&beyond, header::CONTENT_RANGE)),
        (StatusCode::RANGE_NOT_SATISFIABLE, format!("bytes */{}", bytes.len()))
    );
    let known = bed.media.give(&picture, Part::Original, &asking(header::IF_NONE_MATCH, &etag)).await.expect("gives");
    assert_eq!((known.status(), text(&known, header::ETAG)), (StatusCode::NOT_MODIFIED, etag.clone()));
    assert!(body(known).await.is_empty());
    for (validator, status) in [(etag.as_str(), StatusCode::PARTIAL_CONTENT), ("\"other\"", StatusCode::OK)] {
        let mut asked = asking(header::RANGE, "bytes=0-0");
        asked.insert(header::IF_RANGE, HeaderValue::from_str(validator).expect("header"));
        assert_eq!(bed.media.give(&picture, Part::Original, &asked).await.expect("gives").status(), status);
    }
    let thumb = bed.media.give(&picture, Part::Thumb, &HeaderMap::new()).await.expect("gives");
    let small = bed.media.give(&picture, Part::Small, &HeaderMap::new()).await.expect("gives");
    let tags = [etag, text(&thumb, header::ETAG), text(&small, header::ETAG)];
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[2] != tags[0], "another thing, another validator");
    for thumb in [thumb, small] {
        assert!(body(thumb).await.starts_with(b"\xff\xd8\xff"));
    }
    let sha256 = picture.content.as_ref().expect("stored").sha256.clone();
    let place = bed.folder.path().join("media").join(&sha256[..2]).join(format!("{sha256}.small.jpg"));
    std::fs::remove_file(place).expect("removes");
    let again = bed.media.give(&picture, Part::Small, &HeaderMap::new()).await.expect("makes it again");
    assert_eq!(text(&again, header::ETAG), tags[2]);
    assert!(body(again).await.starts_with(b"\xff\xd8\xff") && bed.files().len() == 3);
}

#[tokio::test]
async fn voices_are_files_only_and_what_is_not_here_is_not_found() {
    let bed = Bed::new().await;
    let waiting = bed.file("m2").await;
    for part in [Part::Original, Part::Thumb] {
        assert_eq!(bed.media.give(&waiting, part, &HeaderMap::new()).await.expect_err("not here"), AppError::not_found());
    }
    let voice = kept(&bed, b"#!AMR\n<script>alert(1)</script>").await;
    let given = bed.media.give(&voice, Part::Original, &HeaderMap::new()).await.expect("gives");
    assert!(text(&given, header::CONTENT_DISPOSITION).starts_with("attachment; "));
    assert_eq!(text(&given, header::CONTENT_TYPE), "audio/amr");
    assert_eq!(bed.media.give(&voice, Part::Thumb, &HeaderMap::new()).await.expect_err("none"), AppError::not_found());
    let picture = {
        bed.advance(1);
        bed.media.accept(new("m3", "u1")).await.expect("filed")
    };
    let picture = bed.attempt(&picture.id, stored(&bed.media, &jpeg(3)).await).await;
    let content = picture.content.clone().expect("stored");
    std::fs::remove_file(bed.folder.path().join("media").join(&content.sha256[..2]).join(&content.sha256)).expect("removes");
    let lost = bed.media.give(&picture, Part::Original, &HeaderMap::new()).await.expect_err("lost");
    assert_eq!((lost.status, lost.code), (503, "file_lost"));
    let strange = Picture { content: Some(Content { sha256: "../../../etc/passwd".into(), ..content }), ..picture };
    assert_eq!(bed.media.give(&strange, Part::Original, &HeaderMap::new()).await.expect_err("refused").status, 503);
}

#[tokio::test]
async fn what_is_not_the_stored_file_itself_is_not_given() {
    let (bed, bytes) = (Bed::new().await, jpeg(1));
    let picture = kept(&bed, &bytes).await;
    let sha256 = picture.content.as_ref().expect("stored").sha256.clone();
    let folder = bed.folder.path().join("media").join(&sha256[..2]);
    let refused = async || {
        let refused = bed.media.give(&picture, Part::Original, &HeaderMap::new()).await.expect_err("refused");
        assert_eq!((refused.status, refused.code), (503, "file_lost"));
    };
    std::fs::write(folder.join(&sha256), &bytes[..bytes.len() - 1]).expect("cuts");
    refused().await;
    let outside = bed.folder.path().join("outside");
    std::fs::create_dir(&outside).expect("makes");
    std::fs::write(outside.join(&sha256), &bytes).expect("writes");
    std::fs::remove_file(folder.join(&sha256)).expect("removes");
    std::os::unix::fs::symlink(outside.join(&sha256), folder.join(&sha256)).expect("links");
    refused().await;
    std::fs::rename(&folder, bed.folder.path().join("moved")).expect("moves");
    std::os::unix::fs::symlink(&outside, &folder).expect("links");
    refused().await;
    let old = std::fs::File::create(outside.join("a")).expect("makes");
    old.set_modified(std::time::SystemTime::now() - Duration::from_secs(48 * 3600)).expect("sets");
    bed.media.recover(bed.media.core.now()).await.expect("recovers");
    assert!(outside.join("a").exists(), "nothing is swept beyond a link");
    assert!(bed.media.contents.keep(&sha256, &outside.join("a"), &[]).is_err() && outside.join("a").exists());
}
