use super::*;
use crate::sandbox::Dials;

#[tokio::test]
async fn each_classic_fetch_replaces_the_last_which_works_five_minutes_more() {
    let bench = Bench::new();
    let first = bench.classic().await;
    let second = bench.classic().await;
    assert_ne!(first, second);
    assert_eq!((bench.token_code(&first).await, bench.token_code(&second).await), (0, 0));
    bench.pass(299);
    assert_eq!(bench.token_code(&first).await, 0);
    bench.pass(1);
    assert_eq!((bench.token_code(&first).await, bench.token_code(&second).await), (40001, 0));
    bench.pass(6900);
    assert_eq!(bench.token_code(&second).await, 42001);
}

#[tokio::test]
async fn classic_and_stable_live_side_by_side() {
    let bench = Bench::new();
    let stable = text(&bench.stable(false).await, "access_token");
    let classic = bench.classic().await;
    let again = text(&bench.stable(true).await, "access_token");
    bench.pass(301);
    assert_eq!(bench.token_code(&classic).await, 0);
    assert_eq!(bench.token_code(&again).await, 0);
    assert_eq!(bench.token_code(&stable).await, 40001);
}

#[tokio::test]
async fn stable_gives_the_same_string_with_what_remains_until_five_minutes_before_the_end() {
    let bench = Bench::new();
    let first = bench.stable(false).await;
    same_shape(&first, &fixture("stable_token_ok.json"), "stable");
    bench.pass(6899);
    let later = bench.stable(false).await;
    assert_eq!(first["access_token"], later["access_token"]);
    assert_eq!(later["expires_in"], 301);
    bench.pass(1);
    let next = bench.stable(false).await;
    assert_ne!(first["access_token"], next["access_token"]);
    assert_eq!(next["expires_in"], 7200);
    assert_eq!(bench.token_code(&text(&first, "access_token")).await, 0, "both work in the last five minutes");
}

#[tokio::test]
async fn forcing_is_rationed_and_twice_ends_a_leaked_token_at_once() {
    let bench = Bench::new();
    let leaked = text(&bench.stable(false).await, "access_token");
    let forced = bench.stable(true).await;
    assert_eq!(bench.stable(true).await["access_token"], forced["access_token"], "closer than 30 s: no refresh");
    assert_eq!(bench.token_code(&leaked).await, 0);
    bench.pass(30);
    assert_ne!(bench.stable(true).await["access_token"], forced["access_token"]);
    assert_eq!(bench.token_code(&leaked).await, 40001);
    for _ in 0..18 {
        bench.pass(30);
        assert_eq!(code(&bench.stable(true).await), 0);
    }
    bench.pass(30);
    assert_eq!(code(&bench.stable(true).await), 45009);
    assert_eq!(code(&bench.stable(false).await), 0, "normal mode goes on");
}

#[tokio::test]
async fn refusals_are_those_on_record() {
    let bench = Bench::new();
    let fetch = |app: &str, secret: &str| format!("/cgi-bin/token?grant_type=client_credential&appid={app}&secret={secret}");
    for (path, name) in [
        (fetch("wxnobody", "x"), "token_err_40013.json"),
        (fetch(SANDBOX_APP_ID, "wrong"), "token_err_40125.json"),
        ("/cgi-bin/stable_token".into(), "stable_token_err_43002.json"),
        ("/cgi-bin/user/get".into(), "any_call_err_41001.json"),
        ("/cgi-bin/user/get?access_token=short".into(), "any_call_err_40014.json"),
        (format!("/cgi-bin/user/get?access_token={}", "x".repeat(136)), "any_call_err_40001.json"),
    ] {
        let ours = bench.get(&path).await;
        same_shape(&ours, &fixture(name), name);
        assert_eq!(ours["errcode"], fixture(name)["errcode"], "{path}");
        assert!(text(&ours, "errmsg").contains(" rid: "), "{ours}");
    }
}

#[tokio::test]
async fn the_daily_quota_of_token_fetches_ends_and_comes_back() {
    let bench = Bench::new();
    let limits = [("/cgi-bin/token".to_owned(), 2)].into();
    bench.sandbox.set_dials(crate::sandbox::Dials { daily_limits: limits, ..Default::default() });
    bench.classic().await;
    bench.classic().await;
    let path = format!("/cgi-bin/token?grant_type=client_credential&appid={SANDBOX_APP_ID}&secret={SANDBOX_SECRET}");
    assert_eq!(code(&bench.get(&path).await), 45009);
    bench.pass(86_400);
    assert_eq!(code(&bench.get(&path).await), 0);
}

#[tokio::test]
async fn a_ticket_signs_for_the_bridge_while_it_lives() {
    use sha1::{Digest, Sha1};
    let bench = Bench::new();
    let token = bench.classic().await;
    let answer = bench.get(&format!("/cgi-bin/ticket/getticket?access_token={token}&type=jsapi")).await;
    same_shape(&answer, &fixture("ticket_jsapi_ok.json"), "ticket");
    let ticket = text(&answer, "ticket");
    let again = bench.get(&format!("/cgi-bin/ticket/getticket?access_token={token}&type=jsapi")).await;
    assert_eq!(text(&again, "ticket"), ticket);
    let sign = |url: &str| hex::encode(Sha1::digest(format!("jsapi_ticket={ticket}&noncestr=N1&timestamp=1790000000&url={url}")));
    let ask = |signature: String| {
        format!(
            "/sandbox/phone/check-signature?url=https%3A%2F%2Fh5.example%2Fa%3Fb%3D1%23top&timestamp=1790000000&nonceStr=N1&signature={signature}&appId={SANDBOX_APP_ID}"
        )
    };
    assert_eq!(bench.get(&ask(sign("https://h5.example/a?b=1"))).await["ok"], true);
    assert_eq!(bench.get(&ask(sign("https://h5.example/a"))).await["ok"], false);
    bench.pass(7200);
    assert_eq!(bench.get(&ask(sign("https://h5.example/a?b=1"))).await["ok"], false);
}

#[tokio::test]
async fn a_short_life_ends_soon_and_each_fetch_gives_another() {
    let bench = Bench::new();
    bench.sandbox.set_dials(Dials { life_s: Some(2), ..Dials::default() });
    let (first, second) = (bench.stable(false).await, bench.stable(false).await);
    assert_eq!(first["expires_in"], 2);
    assert_ne!(first["access_token"], second["access_token"]);
    let ticket = bench.get(&format!("/cgi-bin/ticket/getticket?access_token={}&type=jsapi", text(&second, "access_token"))).await;
    assert_eq!(ticket["expires_in"], 2);
    bench.pass(2);
    assert_eq!(bench.token_code(&text(&second, "access_token")).await, 42001);
}
