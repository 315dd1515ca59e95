//! Pages of a list, by key: newest first, an opaque cursor to the next page, never a number of rows to skip.

use serde::Serialize;

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Listed<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// Cuts `rows` (fetched with one more than `limit`) to a page whose cursor is the key of its last row.
    pub fn cut(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(key) } else { None };
        Self { items: rows, next_cursor }
    }

    /// The same page with every row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(turn).collect(), next_cursor: self.next_cursor }
    }
}

/// The largest page an API caller may ask for.
pub const MOST_ROWS: i64 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_appears_only_when_more_is_there() {
        let full = Listed::cut(vec![3, 2, 1], 2, |row| row.to_string());
        assert_eq!((full.items, full.next_cursor.as_deref()), (vec![3, 2], Some("2")));
        let last = Listed::cut(vec![3, 2], 2, |row| row.to_string());
        assert_eq!(last.next_cursor, None);
    }
}
