//! Domain verification files (`MP_verify_….txt`): what WeChat asks for when a domain is registered (docs/wechat-api.md §11.4).

use super::change::By;
use crate::{
    features::{accounts::model::is_verify_name, audit::server::record_in},
    infra::{Core, settings},
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
};

/// Rows of files are named `verify/{name}.txt`.
const PREFIX: &str = "verify/";
/// The largest file, in bytes; WeChat's own hold 16 characters.
const MOST_BYTES: usize = 4096;

/// All files: names and contents, by name.
pub async fn all(core: &Core) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = settings::named(core.db.read(), PREFIX).await?;
    Ok(rows.into_iter().filter_map(|(name, text)| Some((name.strip_prefix(PREFIX)?.to_owned(), text))).collect())
}

/// The content of a file; `None` for a name that is none or not there.
pub async fn get(core: &Core, name: &str) -> Result<Option<String>, sqlx::Error> {
    if is_verify_name(name) { settings::get(core.db.read(), &row(name)).await } else { Ok(None) }
}

/// Keeps a file. Blanks around the content go: WeChat compares it whole.
///
/// # Errors
/// 422 naming `file_name` or `file_text`.
pub async fn put(core: &Core, by: &By, name: &str, text: &str) -> Result<(), AppError> {
    let text = text.trim();
    let mut fields = Vec::new();
    if !is_verify_name(name) {
        fields.push(FieldError::new("file_name", "bad_name", BAD_NAME));
    }
    if text.is_empty() || text.len() > MOST_BYTES || text.chars().any(|c| c.is_control() && c != '\n') {
        fields.push(FieldError::new("file_text", "bad_text", BAD_TEXT));
    }
    if !fields.is_empty() {
        return Err(AppError::invalid(fields));
    }
    let (row, text, now) = (row(name), text.to_owned(), core.now());
    let act = by.act("verify_file.saved", format!("file:{name}"));
    core.db
        .write(move |connection| {
            Box::pin(async move {
                settings::put(connection, &row, &text).await?;
                record_in(connection, now, &act).await
            })
        })
        .await?;
    Ok(())
}

/// Takes a file away; whether it was there.
pub async fn remove(core: &Core, by: &By, name: &str) -> Result<bool, sqlx::Error> {
    let (row, now) = (row(name), core.now());
    let act = by.act("verify_file.removed", format!("file:{name}"));
    core.db
        .write(move |connection| {
            Box::pin(async move {
                let was = settings::remove(connection, &row).await?;
                if was {
                    record_in(connection, now, &act).await?;
                }
                Ok(was)
            })
        })
        .await
}

fn row(name: &str) -> String {
    format!("{PREFIX}{name}")
}

const BAD_NAME: Text = Text::new(
    "文件名由字母、数字和下划线组成，以 .txt 结尾，例如 MP_verify_aB3dE6gH9jK2mN5p.txt。",
    "The name has letters, digits and underscores and ends with .txt, such as MP_verify_aB3dE6gH9jK2mN5p.txt.",
);
const BAD_TEXT: Text = Text::new("请填写文件里的文字（不超过 4096 字节）。", "Enter the text inside the file (4096 bytes at most).");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::trial;

    #[tokio::test]
    async fn files_are_kept_changed_and_taken_away() {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let by = By::command();
        put(&core, &by, "MP_verify_a.txt", " aB3dE6gH9jK2mN5p\n").await.expect("kept");
        assert_eq!(get(&core, "MP_verify_a.txt").await.expect("reads").as_deref(), Some("aB3dE6gH9jK2mN5p"));
        put(&core, &by, "MP_verify_a.txt", "other").await.expect("changed");
        assert_eq!(all(&core).await.expect("reads"), [("MP_verify_a.txt".to_owned(), "other".to_owned())]);
        assert!(remove(&core, &by, "MP_verify_a.txt").await.expect("goes"));
        assert!(!remove(&core, &by, "MP_verify_a.txt").await.expect("is gone"));
        assert_eq!(get(&core, "MP_verify_a.txt").await.expect("reads"), None);
    }

    #[tokio::test]
    async fn names_and_texts_that_are_none_are_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let refused = put(&core, &By::command(), "../x.txt", " ").await.expect_err("refused");
        assert_eq!(refused.fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["file_name", "file_text"]);
        // A row of another kind is no file, whatever the name.
        assert_eq!(get(&core, "revision").await.expect("reads"), None);
    }
}
