//! Which failures each call may end in: those it names itself, and those it shares with others because of what it takes. Each with the
//! problem document as its body and an example of every code.

use serde_json::{Map, Value, json};

use crate::{
    shared::{error::AppError, lang::Text},
    ui::texts::refusals as w,
};

/// What matters of a call for the failures it shares.
#[derive(Clone, Copy)]
struct Call {
    /// It takes an API key.
    key: bool,
    /// It takes a body.
    body: bool,
    /// It is ours; otherwise it is handed on, and parameters and fields are WeChat's to judge.
    ours: bool,
}

/// A failure that many calls share.
struct Shared {
    status: &'static str,
    said: Text,
    codes: &'static [&'static str],
    of: fn(Call) -> bool,
}

const SHARED: [Shared; 12] = [
    Shared { status: "400", said: w::UNREADABLE, codes: &["malformed", "ambiguous_request"], of: |_| true },
    Shared { status: "401", said: w::NO_KEY, codes: &["no_key", "key_revoked", "key_expired", "key_rotated"], of: |call| call.key },
    Shared {
        status: "403",
        said: w::NOT_ALLOWED,
        codes: &["scope_missing", "address_not_allowed", "account_not_allowed"],
        of: |call| call.key,
    },
    Shared { status: "404", said: w::UNKNOWN, codes: &["unknown_account"], of: |call| call.key },
    Shared { status: "413", said: w::TOO_LARGE, codes: &["too_large"], of: |call| call.body },
    // Pages send theirs without a preflight, so that theirs may be of any type.
    Shared { status: "415", said: w::WRONG_TYPE, codes: &["unsupported_media_type"], of: |call| call.body && call.key && call.ours },
    Shared { status: "421", said: w::UNKNOWN_HOST, codes: &["unknown_host"], of: |_| true },
    Shared { status: "422", said: w::INVALID, codes: &["invalid_fields"], of: |call| call.ours },
    Shared { status: "422", said: w::INVALID, codes: &["account_required"], of: |call| call.key && call.ours },
    Shared { status: "429", said: w::TOO_MANY, codes: &["too_many_requests"], of: |call| call.key },
    Shared { status: "500", said: w::OURS, codes: &["internal"], of: |_| true },
    Shared { status: "503", said: w::BUSY, codes: &["timed_out", "disk_full"], of: |_| true },
];

/// The call that hands another one on.
pub(super) const HANDED_ON: &str = "/wx/{app_id}/{path}";

/// Names every failure of every call for programs.
pub(super) fn name(whole: &mut Value) {
    let paths = whole["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths.filter(|(path, _)| path.starts_with("/api/") || *path == HANDED_ON) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let key =
                operation.get("security").and_then(Value::as_array).is_some_and(|needs| needs.iter().any(|need| need["key"].is_array()));
            let call = Call { key, body: operation.get("requestBody").is_some(), ours: path != HANDED_ON };
            if let Some(answers) = operation["responses"].as_object_mut() {
                share(answers, call);
                answers.iter_mut().for_each(|(status, answer)| tell(status, answer, call));
            }
        }
    }
}

/// Adds what the call did not name itself, marked so that a page can fold it away.
fn share(answers: &mut Map<String, Value>, call: Call) {
    for shared in SHARED.iter().filter(|shared| (shared.of)(call)) {
        answers.entry(shared.status).or_insert_with(|| json!({"description": shared.said.en, "x-shared": true}));
    }
}

/// The words that a failure's description sets in backquotes are its codes, beside those it shares.
fn tell(status: &str, answer: &mut Value, call: Call) {
    let Some(number) = status.parse::<u16>().ok().filter(|number| *number >= 400) else { return };
    let described = answer["description"].as_str().unwrap_or_default().to_owned();
    let is_code = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let mut codes: Vec<&str> = described.split('`').skip(1).step_by(2).filter(is_code).collect();
    let shared = SHARED.iter().filter(|shared| shared.status == status && (shared.of)(call)).flat_map(|shared| shared.codes);
    if codes.is_empty() && answer["x-shared"] != true {
        codes.extend(usual(number));
    }
    for code in shared {
        if !codes.contains(code) {
            codes.push(code);
        }
    }
    let examples: Map<String, Value> = codes.iter().map(|code| ((*code).to_owned(), json!({"value": problem(number, code)}))).collect();
    answer["content"] = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}});
    if !call.ours {
        // WeChat's own answer comes back as it is, whatever its status.
        answer["content"]["*/*"] = json!({"schema": {}});
    }
}

/// The code of a failure that is described without one.
const fn usual(status: u16) -> Option<&'static str> {
    Some(match status {
        404 => "not_found",
        409 => "batch_state",
        416 => "range_not_satisfiable",
        423 => "sending_locked",
        429 => "too_many_requests",
        502 => "wechat_refused",
        504 => "wechat_silent",
        _ => return None,
    })
}

fn problem(status: u16, code: &str) -> Value {
    let title = AppError::new(status, "", Text::new("", "")).title();
    let mut problem = json!({"type": format!("about:blank#{code}"), "title": title, "status": status, "detail": "What is wrong, in a sentence.", "code": code});
    if code == "invalid_fields" {
        problem["errors"] = json!([{"field": "touser", "code": "missing", "detail": "This field is required."}]);
    }
    if code == "internal" {
        problem["reference"] = "k3v9q0x2mz".into();
    }
    let refusal = match code {
        "upstream_backoff" => Some((40164, "invalid ip 203.0.113.9, not in whitelist")),
        "wechat_refused" | "code_used" => Some((40163, "code been used")),
        "code_expired" => Some((42003, "code expired")),
        _ => None,
    };
    if let Some((errcode, errmsg)) = refusal {
        problem["errcode"] = errcode.into();
        problem["errmsg"] = errmsg.into();
        problem["hint"] = "What to do about it.".into();
    }
    problem
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::server::openapi::document;

    fn calls(whole: &Value) -> impl Iterator<Item = (String, &Value)> {
        let paths = whole["paths"].as_object().expect("paths").iter();
        let ours = paths.filter(|(path, _)| path.starts_with("/api/") || *path == super::HANDED_ON);
        ours.flat_map(|(path, item)| item.as_object().expect("item").iter().map(move |(method, call)| (format!("{method} {path}"), call)))
    }

    #[test]
    fn every_failure_is_named_and_none_stands_for_the_rest() {
        let whole = document("https://wx.example.com");
        for (call, told) in calls(&whole) {
            let answers = told["responses"].as_object().expect("answers");
            assert!(!answers.contains_key("default"), "{call}");
            let bad = answers.iter().filter(|(status, _)| status.starts_with(['4', '5']));
            for (status, answer) in bad {
                let content = &answer["content"]["application/problem+json"];
                assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem", "{call} {status}");
                let examples = content["examples"].as_object().expect("examples");
                assert!(!examples.is_empty(), "{call} {status}");
                for (code, example) in examples {
                    let value = &example["value"];
                    assert!(value["code"] == code.as_str() && value["status"].as_u64() == status.parse().ok(), "{call} {status} {code}");
                }
            }
            let key = told["security"][0]["key"].is_array();
            for (status, wanted) in [("400", true), ("401", key), ("403", key), ("404", key), ("429", key), ("500", true), ("503", true)] {
                assert!(!wanted || answers.contains_key(status), "{call} {status}");
            }
            assert!(told.get("requestBody").is_none() || answers.contains_key("413"), "{call}");
        }
    }

    #[test]
    fn calls_are_handed_on_by_get_and_post() {
        let whole = document("https://wx.example.com");
        let item = &whole["paths"][super::HANDED_ON];
        assert!(item["get"].get("requestBody").is_none() && item["post"].get("requestBody").is_some());
        assert_ne!(item["get"]["operationId"], item["post"]["operationId"]);
        assert!(item["get"]["responses"]["429"]["content"]["application/problem+json"]["examples"]["daily_limit"].is_object());
    }
}
