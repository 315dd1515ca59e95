//! The rules of the house (see the crate's first page), checked against the source itself. A broken rule prints the line.

use std::{fs, path::Path};

pub(super) struct Line {
    file: String,
    number: usize,
    pub(super) text: String,
}

impl Line {
    fn at(&self) -> String {
        format!("{}:{}: {}", self.file, self.number, self.text.trim())
    }
}

pub(super) fn sources() -> Vec<(String, Vec<Line>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut queue, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = queue.pop() {
        for entry in fs::read_dir(folder).expect("src is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                queue.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let file = path.strip_prefix(&root).expect("inside src").to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).expect("source is text");
                let line = |(at, text): (usize, &str)| Line { file: file.clone(), number: at + 1, text: text.to_owned() };
                let lines = text.lines().enumerate().map(line).collect();
                files.push((file, lines));
            }
        }
    }
    assert!(files.len() > 50, "the walk found the house");
    files
}

/// Lines before the first `#[cfg(test)]`, none of a file that only tests; what tests do is their own affair.
pub(super) fn outside_tests(lines: &[Line]) -> impl Iterator<Item = &Line> {
    let only_tests = |file: &str| file.ends_with("/tests.rs") || file.contains("/tests/");
    lines.iter().take_while(move |line| line.text.trim() != "#[cfg(test)]" && !only_tests(&line.file))
}

pub(super) fn report(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

/// Higher floors may call lower ones, never the other way round nor sideways.
fn floor(feature: &str) -> u8 {
    match feature {
        "audit" => 0,
        "users" | "webhooks" => 1,
        "accounts" => 2,
        "tokens" => 3,
        "messages" | "people" | "jssdk" | "relay" => 4,
        "media" => 5,
        "binding" | "scan" | "callback" | "overview" | "person" | "settings" | "search" | "docs" => 6,
        other => panic!("features/{other} has no floor yet: give it one here"),
    }
}

/// The crate's own modules that a line names: `crate::a::b` and `crate::{a, b::{…}}` where it stands on one line.
fn named(text: &str) -> Vec<String> {
    text.match_indices("crate::").map(|(at, word)| text[at + word.len()..].to_owned()).collect()
}

/// What a file imports from the crate, grouped imports over several lines included: paths such as `features::audit::server`.
fn imports(lines: &[Line]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut stack: Vec<String> = Vec::new();
    let mut inside = false;
    for line in outside_tests(lines) {
        let text = line.text.split("//").next().unwrap_or_default();
        if !inside && text.trim_start().starts_with("use crate::{") && !text.contains("};") {
            (inside, stack) = (true, vec![String::new()]);
            continue;
        }
        if !inside {
            found.extend(named(text).into_iter().map(|path| (line.number, path)));
            continue;
        }
        let trimmed = text.trim();
        if trimmed.starts_with("};") {
            inside = false;
            continue;
        }
        let prefix = stack.last().cloned().unwrap_or_default();
        if trimmed.ends_with('{') {
            stack.push(format!("{prefix}{}", trimmed.trim_end_matches('{')));
        } else if trimmed.starts_with('}') {
            stack.pop();
        } else if let Some((head, rest)) = trimmed.split_once('{') {
            found.extend(
                rest.split([',', '}'])
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| (line.number, format!("{prefix}{head}{part}"))),
            );
        } else {
            found.extend(
                trimmed.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| (line.number, format!("{prefix}{part}"))),
            );
        }
    }
    found
}

fn allowed(file: &str, import: &str) -> bool {
    let mut parts = file.split('/');
    let (top, feature) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let target = import.split("::").next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let lower: &[&str] = match top {
        "shared" => &["shared"],
        "ui" => &["ui", "shared"],
        "infra" => &["infra", "ui", "shared"],
        "jobs" => &["jobs", "infra", "shared"],
        "wechat" => &["wechat", "infra", "shared"],
        "sandbox" => &["sandbox", "wechat", "infra", "shared"],
        "features" if file.contains("/server/") => &["features", "wechat", "jobs", "infra", "ui", "shared"],
        "features" => &["features", "ui", "shared"],
        _ => return true,
    };
    if !lower.contains(&target) {
        return false;
    }
    if top != "features" || target != "features" {
        return true;
    }
    let mut path = import.split("::").skip(1);
    let other = path.next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    if other == feature || other.is_empty() {
        return true;
    }
    // Another feature: only a lower floor; only its model from a page, its server module or model from a server folder.
    let inner = path.next().unwrap_or_default();
    let door = inner.starts_with("model") || (file.contains("/server/") && inner.starts_with("server"));
    floor(other) < floor(feature) && door
}

#[test]
fn imports_point_down() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        for (number, import) in imports(&lines) {
            if !allowed(&file, &import) {
                broken.push(format!("{file}:{number}: crate::{import}"));
            }
        }
    }
    report("imports point down: server → features/*/server → wechat, jobs, infra → shared; pages → ui, shared; features by floor", broken);
}

#[test]
fn sql_stands_only_in_stores() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        // The writer's own savepoints and pragmas are no queries of the product's; health asks `select 1`.
        if file.ends_with("store.rs") || file.starts_with("tests/") || file == "infra/db.rs" || file == "server/ops.rs" {
            continue;
        }
        broken.extend(outside_tests(&lines).filter(|line| line.text.contains("sqlx::query")).map(Line::at));
    }
    report("SQL stands only in files named store.rs", broken);
}

#[test]
fn gates_stand_only_on_modules() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.text.trim_start().starts_with("#[cfg(feature")) {
            let next = lines[at + 1..].iter().find(|next| !next.text.trim_start().starts_with("#[")).map_or("", |next| next.text.trim());
            let fine = next.starts_with("pub mod") || next.starts_with("mod ") || next.starts_with("fn main") || file == "lib.rs";
            if !fine {
                broken.push(line.at());
            }
        }
    }
    report("cfg(feature = …) stands only on mod lines", broken);
}

#[test]
fn files_stay_small_and_lists_go_by_key() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        if lines.len() > 400 {
            broken.push(format!("{file}: {} lines", lines.len()));
        }
        if file.ends_with("store.rs") {
            broken.extend(lines.iter().filter(|line| line.text.to_lowercase().contains(" offset ")).map(Line::at));
        }
    }
    report("no source file over 400 lines, no OFFSET", broken);
}

#[test]
fn pages_keep_the_content_security_policy() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        if file.starts_with("tests/") || file.starts_with("sandbox/") {
            continue;
        }
        let bad =
            |text: &str| text.contains(" style=") || text.contains(" onclick=") || text.contains("<style") || text.contains("javascript:");
        broken.extend(outside_tests(&lines).filter(|line| bad(&line.text) && !line.text.trim_start().starts_with("//")).map(Line::at));
    }
    report("no inline style or script in a page", broken);
}

#[test]
fn a_textarea_has_no_children() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        // Leptos escapes nothing between these tags; `ui::form::area_html` does.
        let child = |text: &str| text.contains("</textarea>") && !text.contains("></textarea>");
        let ours = !file.starts_with("tests/") && !file.starts_with("sandbox/");
        broken.extend(
            outside_tests(&lines).filter(|line| ours && child(&line.text) && !line.text.trim_start().starts_with("//")).map(Line::at),
        );
    }
    report("text goes into a textarea by inner_html=area_html(…)", broken);
}

#[test]
fn secrets_are_compared_in_constant_time() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        // `SecretString` has no `==` of its own; what takes its text out must not use that of texts.
        let bad = |text: &str| {
            let bare = text.replace(' ', "");
            ["expose_secret()==", "expose_secret()!=", "expose()==", "expose()!="].iter().any(|sign| bare.contains(sign))
        };
        broken.extend(outside_tests(&lines).filter(|line| !file.starts_with("tests/") && bad(&line.text)).map(Line::at));
    }
    report("secrets are compared by wechat::signature::constant_time_eq", broken);
}

#[test]
fn switched_off_checks_say_why() {
    let mut broken = Vec::new();
    for (file, lines) in sources() {
        if file == "tests/architecture.rs" {
            continue;
        }
        broken.extend(lines.iter().filter(|line| line.text.contains("#[allow(") || line.text.contains("#[ignore")).map(Line::at));
    }
    report("#[expect(…, reason = …)] instead of #[allow], and no ignored test", broken);
}
