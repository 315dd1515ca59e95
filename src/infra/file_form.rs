//! Forms that may bring a file along. The same fields are read whether the browser sends them urlencoded or as multipart.

use std::io::{Seek, SeekFrom};

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRef, FromRequest, Multipart, Request, multipart::MultipartError},
    http::header,
};
use tokio::io::AsyncWriteExt;

use super::{
    Core,
    body::{drain, told},
    fields::Form,
};
use crate::shared::{
    error::AppError,
    lang::{Said, Text},
};

/// The largest file, in bytes.
pub const MOST_FILE: u64 = 64 * 1024 * 1024;
/// The most that all text fields together may hold, in bytes as sent: 100,000 pasted openids fit.
const MOST_TEXT: usize = 4 * 1024 * 1024;
/// Room for the lines between the parts.
const FRAMING: u64 = 256 * 1024;
/// The longest file name that is kept, in characters.
const LONGEST_NAME: usize = 128;

/// A posted form, urlencoded or multipart, with at most one file.
#[derive(Debug, Default)]
pub struct FileForm {
    /// The text fields.
    pub form: Form,
    /// The file, if one was chosen.
    pub file: Option<Upload>,
}

/// A file that was sent. It lies in the data folder without a name, and is gone with this value.
#[derive(Debug)]
pub struct Upload {
    /// The name the browser told, cut and without control characters: to be shown, never a path.
    pub name: String,
    /// What was sent, from its beginning.
    pub file: std::fs::File,
}

impl<S: Send + Sync> FromRequest<S> for FileForm
where
    Core: FromRef<S>,
{
    type Rejection = AppError;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, AppError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
            return Ok(Self { form: Form::within(request, MOST_TEXT).await?, file: None });
        }
        let most = MOST_FILE + MOST_TEXT as u64 + FRAMING;
        if told(request.headers()).is_some_and(|length| length > most) {
            drain(request.into_body()).await;
            return Err(too_large());
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut limited = request.map(|body| Body::new(http_body_util::Limited::new(body, most)));
        // axum's own limit of 2 MB is for ordinary forms.
        DefaultBodyLimit::disable().apply(&mut limited);
        let parts = Multipart::from_request(limited, &()).await.map_err(|_| malformed())?;
        read(parts, &Core::from_ref(state)).await
    }
}

async fn read(mut parts: Multipart, core: &Core) -> Result<FileForm, AppError> {
    let (mut read, mut text_left) = (FileForm::default(), MOST_TEXT);
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if let Some(file_name) = part.file_name().map(shown_name) {
            let spooled = tempfile::tempfile_in(&core.place.data).map_err(anyhow::Error::from)?;
            let (mut spooled, mut size) = (tokio::fs::File::from_std(spooled), 0);
            while let Some(piece) = part.chunk().await.map_err(broken)? {
                size += piece.len() as u64;
                if size > MOST_FILE {
                    return Err(too_large());
                }
                spooled.write_all(&piece).await.map_err(anyhow::Error::from)?;
            }
            spooled.flush().await.map_err(anyhow::Error::from)?;
            // A browser sends an empty part where no file was chosen.
            if size > 0 && read.file.is_none() {
                let mut file = spooled.into_std().await;
                file.seek(SeekFrom::Start(0)).map_err(anyhow::Error::from)?;
                read.file = Some(Upload { name: file_name, file });
            }
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            text_left = text_left.checked_sub(piece.len()).ok_or_else(too_much_text)?;
            bytes.extend_from_slice(&piece);
        }
        read.form.0.push((name, String::from_utf8_lossy(&bytes).replace("\r\n", "\n")));
    }
    Ok(read)
}

fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

fn broken(error: MultipartError) -> AppError {
    if error.status() == 413 { too_large() } else { malformed() }
}

fn malformed() -> AppError {
    AppError::malformed(Text::new("表单没有传完，请再试一次。", "The form did not arrive whole. Try again."))
}

fn too_large() -> AppError {
    let most = MOST_FILE / 1024 / 1024;
    AppError::new(413, "too_large", Said::new(format!("文件超过 {most} MB。"), format!("The file is larger than {most} MB.")))
}

fn too_much_text() -> AppError {
    AppError::new(413, "too_large", Text::new("填写的内容太多。", "There is too much text in the form."))
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::*;
    use crate::infra::trial;

    async fn sent(kind: &str, body: impl Into<Body>) -> Result<FileForm, AppError> {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(body.into()).expect("request");
        FileForm::from_request(request, &core).await
    }

    fn part(head: &str, body: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    }

    const MULTIPART: &str = "multipart/form-data; boundary=x";

    #[tokio::test]
    async fn both_encodings_give_the_same_fields() {
        let body =
            [part("name=\"a\"", "一\r\n二"), part("name=\"f\"; filename=\"../b\\c.csv\"", "touser\r\noA"), part("name=\"z\"", "")].concat();
        let read = sent(MULTIPART, format!("{body}--x--\r\n")).await.expect("reads");
        let plain = sent("application/x-www-form-urlencoded", "a=%E4%B8%80%0D%0A%E4%BA%8C&z=").await.expect("reads");
        assert_eq!(read.form.0, plain.form.0);
        let mut upload = read.file.expect("a file");
        let mut text = String::new();
        upload.file.read_to_string(&mut text).expect("reads");
        assert_eq!((upload.name.as_str(), text.as_str()), ("c.csv", "touser\r\noA"), "a name is no path, a file keeps its line ends");
        assert!(plain.file.is_none());
    }

    #[tokio::test]
    async fn no_file_chosen_is_no_file() {
        let body = part("name=\"f\"; filename=\"\"", "");
        assert!(sent(MULTIPART, format!("{body}--x--\r\n")).await.expect("reads").file.is_none());
    }

    #[tokio::test]
    async fn what_is_too_large_or_breaks_off_is_refused() {
        let status = |result: Result<FileForm, AppError>| result.err().map(|error| error.status);
        let text = part("name=\"a\"", &"x".repeat(MOST_TEXT + 1));
        assert_eq!(status(sent(MULTIPART, format!("{text}--x--\r\n")).await), Some(413));
        let piece = bytes::Bytes::from(vec![b'a'; 1024 * 1024]);
        let head = bytes::Bytes::from("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n");
        let end = bytes::Bytes::from("\r\n--x--\r\n");
        let pieces = std::iter::once(head).chain(std::iter::repeat_n(piece, 65)).chain([end]).map(Ok::<_, io::Error>);
        assert_eq!(status(sent(MULTIPART, Body::from_stream(futures_util::stream::iter(pieces))).await), Some(413));
        assert_eq!(status(sent(MULTIPART, part("name=\"a\"", "x")).await), Some(400));
        assert_eq!(status(sent("text/plain", "a=b").await), Some(415));
    }
}
