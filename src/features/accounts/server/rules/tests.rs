//! The rules, one by one.

use super::*;

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

fn named() -> Present {
    Present { plain: Plain { name: "青禾".into(), ..Plain::default() }, has_aes_key: false }
}

fn refused(typed: Typed) -> Vec<(String, &'static str)> {
    plan(&named(), typed).expect_err("refused").into_iter().map(|error| (error.field, error.code)).collect()
}

fn some(text: &str) -> Option<SecretString> {
    Some(SecretString::from(text))
}

#[test]
fn what_is_not_typed_stays() {
    let present = Present {
        plain: Plain { js_domains: vec!["a.example".into()], callback_mode: CallbackMode::Safe, ..named().plain },
        has_aes_key: true,
    };
    let plan = plan(&present, Typed { name: Some(" 新名 ".into()), ..Typed::default() }).expect("fine");
    assert_eq!(plan.plain, Plain { name: "新名".into(), ..present.plain });
    assert!(matches!((plan.secret, plan.callback_token, plan.aes_key), (Sealing::Keep, Sealing::Keep, Sealing::Keep)));
}

#[test]
fn a_key_makes_the_mode_safe_unless_another_is_named() {
    let mode = |key: Option<&str>, word: Option<&str>| {
        let typed = Typed { aes_key: key.and_then(some), callback_mode: word.map(Into::into), ..Typed::default() };
        plan(&named(), typed).map(|plan| plan.plain.callback_mode).map_err(|errors| errors[0].field.clone())
    };
    assert_eq!(mode(Some(KEY), None), Ok(CallbackMode::Safe));
    assert_eq!(mode(Some(KEY), Some("compatible")), Ok(CallbackMode::Compatible));
    assert_eq!(mode(Some(KEY), Some("plain")), Ok(CallbackMode::Plain));
    assert_eq!(mode(None, None), Ok(CallbackMode::Plain));
    assert_eq!(mode(None, Some("safe")), Err("aes_key".into()));
    assert_eq!(mode(Some(""), Some("safe")), Err("aes_key".into()), "an empty key is none");
    assert_eq!(mode(None, Some("secure")), Err("callback_mode".into()));
}

#[test]
fn taking_the_key_away_makes_the_mode_plain() {
    let present = Present { plain: Plain { callback_mode: CallbackMode::Safe, ..named().plain }, has_aes_key: true };
    let plan = plan(&present, Typed { aes_key: some(""), callback_token: some(""), ..Typed::default() }).expect("fine");
    assert_eq!(plan.plain.callback_mode, CallbackMode::Plain);
    assert!(matches!((plan.callback_token, plan.aes_key), (Sealing::Drop, Sealing::Drop)));
}

#[test]
fn one_answer_names_everything_that_is_wrong() {
    let typed = Typed {
        name: Some("  ".into()),
        secret: some("two words"),
        api_base: Some("http://api.weixin.qq.com".into()),
        js_domains: Some(vec!["https://h5.example.com".into()]),
        h5_origins: Some(vec!["https://h5.example.com/path".into()]),
        callback_token: some("ab"),
        aes_key: some("short"),
        original_id: Some("wx123".into()),
        forward_callback: Some("ftp://x".into()),
        token_mode: Some("old".into()),
        card_ticket: Some("maybe".into()),
        callback_mode: None,
    };
    let fields: Vec<_> = refused(typed).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [
            "name",
            "original_id",
            "token_mode",
            "card_ticket",
            "js_domains",
            "h5_origins",
            "api_base",
            "forward_callback",
            "secret",
            "callback_token",
            "aes_key"
        ]
    );
}

#[test]
fn secrets_lose_the_blanks_around_them_and_never_show() {
    let plan = plan(&named(), Typed { secret: some("canary-secret\n"), ..Typed::default() }).expect("fine");
    let Sealing::Put(secret) = &plan.secret else { panic!("kept") };
    assert_eq!(secret.expose_secret(), "canary-secret");
    assert!(!format!("{plan:?}").contains("canary"));
    assert_eq!(refused(Typed { secret: some("  \n"), ..Typed::default() })[0].1, "bad_secret");
}

#[test]
fn lists_are_split_and_each_entry_stands_once() {
    let typed =
        Typed { js_domains: Some(vec!["H5.example.com,a.example".into(), "h5.example.com:8443\n b.example".into()]), ..Typed::default() };
    assert_eq!(plan(&named(), typed).expect("fine").plain.js_domains, ["h5.example.com", "a.example", "b.example"]);
    let none = Typed { js_domains: Some(vec![" ,\n".into()]), ..Typed::default() };
    assert!(plan(&named(), none).expect("fine").plain.js_domains.is_empty());
    let many = (0..101).map(|n| format!("h{n}.example")).collect();
    assert_eq!(refused(Typed { js_domains: Some(many), ..Typed::default() })[0].1, "too_many");
}

#[test]
fn an_empty_api_base_is_the_real_one_and_a_final_slash_goes() {
    let base = |text: &str| plan(&named(), Typed { api_base: Some(text.into()), ..Typed::default() }).map(|plan| plan.plain.api_base);
    assert_eq!(base("").as_deref(), Ok(wechat::API_BASE));
    assert_eq!(base("http://127.0.0.1:3002/").as_deref(), Ok("http://127.0.0.1:3002"));
    for bad in ["api.weixin.qq.com", "https://user:pw@api.weixin.qq.com", "http://10.0.0.1", "https://x/?a=b"] {
        assert!(base(bad).is_err(), "{bad}");
    }
}
