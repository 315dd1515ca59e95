//! The log as CSV, streamed, with cells that no spreadsheet takes for formulas.

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;

use super::{Line, Wanted, page};
use crate::{infra::Core, shared::time::rfc3339};

/// Lines read at once.
const PIECE: i64 = 500;
const HEAD: &str = "\u{feff}id,time,who,kind,action,object,address,detail\r\n";

/// The wanted lines, the newest first. The byte order mark makes Excel read UTF-8.
pub fn csv(core: Core, wanted: Wanted) -> Body {
    let pieces = stream::try_unfold(Some(i64::MAX), move |before| {
        let (core, wanted) = (core.clone(), wanted.clone());
        async move {
            let Some(before) = before else { return Ok::<_, sqlx::Error>(None) };
            let lines = page(core.db.read(), &wanted, before, PIECE).await?;
            let next = lines.last().map(|line| line.id).filter(|_| lines.len() as i64 == PIECE);
            let head = if before == i64::MAX { HEAD } else { "" };
            let text: String = std::iter::once(head.to_owned()).chain(lines.iter().map(row)).collect();
            Ok(Some((Bytes::from(text), next)))
        }
    });
    Body::from_stream(pieces)
}

fn row(line: &Line) -> String {
    let (id, at) = (line.id.to_string(), rfc3339(line.at));
    let address = line.address.as_deref().unwrap_or_default();
    let cells = [&*id, &at, &line.actor, &line.actor_kind, &line.action, &line.object, address, &line.detail];
    format!("{}\r\n", cells.map(cell).join(","))
}

/// A cell: quoted where needed, and defused where a spreadsheet would calculate (`= + - @`, tab, line breaks in front).
pub fn cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let safe = if risky { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\r', '\n', '\t']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_calculates_or_breaks_out() {
        assert_eq!(cell("user:周敏"), "user:周敏");
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("@x"), "'@x");
        assert_eq!(cell("-1+2"), "'-1+2");
        assert_eq!(cell("\t=1"), "\"'\t=1\"");
        assert_eq!(cell("a,\"b\"\r\n=1"), "\"a,\"\"b\"\"\r\n=1\"");
    }
}
