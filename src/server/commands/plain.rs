//! What failed, as one plain sentence or two: what, why, what to do. Libraries' own words stay in the log.

use std::{error::Error, io::ErrorKind};

use super::open::{self, WrongUsage};
use crate::{
    infra::{respond, secrets::Unsealable},
    shared::error::AppError,
};

/// The sentence for the operator. Ours are kept as they are; of a library's error only its kind is told.
pub fn plain(error: &anyhow::Error) -> String {
    let what = error.downcast_ref::<String>().cloned().or_else(|| error.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let why = error.chain().find_map(reason);
    match (what, why) {
        (Some(what), None) => what,
        (Some(what), Some(why)) => format!("{}. {why}", what.trim_end_matches('.')),
        (None, Some(why)) => why,
        (None, None) => UNKNOWN.to_owned(),
    }
}

const UNKNOWN: &str = "Something failed that should not. Run it again with --log debug to see what.";
const FULL: &str = "The disk is full, or a limit of file size is reached. Free some space and try again.";

fn reason(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<AppError>() {
        return Some(open::sentence(error).to_string());
    }
    if let Some(error) = cause.downcast_ref::<WrongUsage>() {
        return Some(error.to_string());
    }
    if let Some(error) = cause.downcast_ref::<Unsealable>() {
        return Some(error.to_string());
    }
    if let Some(error) = cause.downcast_ref::<sqlx::Error>() {
        return database(error).map(str::to_owned);
    }
    cause.downcast_ref::<std::io::Error>().map(|error| disk(error).to_owned())
}

/// `None` where a cause further down says it better.
fn database(error: &sqlx::Error) -> Option<&'static str> {
    let sqlx::Error::Database(inner) = error else {
        return match error {
            sqlx::Error::Io(_) => None,
            _ if respond::disk_is_full(error) => Some(FULL),
            _ => Some("The database did not answer as it should. Run it again with --log debug to see what."),
        };
    };
    // The low byte is the kind, the rest its variety.
    let kind = inner.code().and_then(|code| code.parse::<i32>().ok()).map_or(0, |code| code & 0xff);
    Some(match kind {
        5 | 6 => "The database is busy: another program holds it. Try again in a moment.",
        8 => "The database can be read only. Check the owner and rights of the data folder and what is in it.",
        10 | 13 => FULL,
        14 => "The database cannot be opened. Check --data, and the owner and rights of the folder and what is in it.",
        11 | 26 => "The database is damaged, or the file is none. Bring a backup back with wxdesk restore.",
        _ => "The database did not answer as it should. Run it again with --log debug to see what.",
    })
}

fn disk(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "A file or folder is not there. Check the names that were given, and --data.",
        ErrorKind::PermissionDenied => {
            "Not allowed to read or write a file. Check the owner and rights of the data folder and of the files named."
        }
        ErrorKind::ReadOnlyFilesystem => "The disk can be read only. Choose another folder with --data.",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => FULL,
        _ => "A file could not be read or written. Run it again with --log debug to see what.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_are_kept_and_a_library_s_are_translated() {
        assert_eq!(plain(&anyhow::anyhow!("One. Do {}.", 2)), "One. Do 2.");
        let io = |kind: ErrorKind| std::io::Error::new(kind, "raw words");
        assert!(plain(&io(ErrorKind::StorageFull).into()).starts_with("The disk is full"));
        assert!(plain(&sqlx::Error::Io(io(ErrorKind::PermissionDenied)).into()).starts_with("Not allowed"));
        let wrapped = anyhow::Error::new(io(ErrorKind::NotFound)).context("The copy failed");
        let said = plain(&wrapped);
        assert!(said.starts_with("The copy failed. A file") && !said.contains("raw words"), "{said}");
        assert!(plain(&sqlx::Error::Protocol("(code: 13) database or disk is full".into()).into()).starts_with("The disk is full"));
        assert!(!plain(&serde_json::from_str::<u8>("x").expect_err("no").into()).contains("expected"));
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_called_so() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("wxdesk.db");
        std::fs::write(&file, "no database at all".repeat(100)).expect("writes");
        let error = crate::infra::db::Db::open(&file).await.err().expect("refused");
        assert!(plain(&error).starts_with("The database is damaged"), "{error:#}");
    }
}
