//! Recipients of the API from a CSV file: a header line with `touser` and keys of the template, then one line a person.

use std::io::Read;

use super::upload::{Asked, Recipient, too_many};
use crate::{
    features::messages::{
        model::Data,
        server::tables::{self, MOST_COLUMNS, Sink},
    },
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
};

/// Reads a whole file.
///
/// # Errors
/// 400 for a file that breaks off, 413, 422 for one without a readable header.
pub fn read(file: &mut dyn Read, most: usize) -> Result<Asked, AppError> {
    let mut taken = Taken { most, names: Vec::new(), touser: 0, recipients: Some(Vec::new()), faults: Vec::new() };
    tables::csv::read(file, &mut taken)?;
    Ok(Asked { recipients: taken.recipients, faults: taken.faults, ..Asked::default() })
}

struct Taken {
    most: usize,
    names: Vec<String>,
    touser: usize,
    recipients: Option<Vec<Recipient>>,
    faults: Vec<FieldError>,
}

impl Sink for Taken {
    fn header(&mut self, names: &[String]) -> Result<bool, AppError> {
        let touser = names.iter().position(|name| name.eq_ignore_ascii_case("touser") || name.eq_ignore_ascii_case("openid"));
        let Some(touser) = touser else {
            return Err(AppError::invalid(vec![FieldError::new(
                "recipients",
                "no_touser_column",
                Text::new("CSV 的标题行缺少 touser 列。", "The CSV file's header line has no touser column."),
            )]));
        };
        if names.len() > MOST_COLUMNS {
            self.faults.push(FieldError::new("recipients", "too_many_columns", Text::new("列太多。", "Too many columns.")));
            self.recipients = None;
            return Ok(false);
        }
        (self.touser, self.names) = (touser, names.to_vec());
        Ok(true)
    }

    fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError> {
        let recipients = self.recipients.get_or_insert_default();
        if recipients.len() >= self.most {
            self.faults.push(too_many());
            return Ok(false);
        }
        let values = self.names.iter().zip(cells).enumerate().filter(|(at, (name, _))| *at != self.touser && !name.is_empty());
        recipients.push(Recipient {
            index: line,
            touser: cells.get(self.touser).copied().unwrap_or_default().trim().into(),
            data: Data(values.map(|(_, (name, value))| (name.clone(), (*value).to_owned())).collect()),
        });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipients(bytes: &[u8]) -> Vec<Recipient> {
        read(&mut &*bytes, 100).expect("reads").recipients.expect("a list")
    }

    #[test]
    fn lines_become_recipients_with_their_own_values() {
        let read = recipients("thing1,OpenID\n秋末观鸟, oA \n".as_bytes());
        assert_eq!((read[0].index, &*read[0].touser, read[0].data.get("thing1")), (2, "oA", "秋末观鸟"));
        assert_eq!(read[0].data.0.len(), 1);
    }

    #[test]
    fn a_file_without_the_column_is_refused_and_short_lines_miss_their_values() {
        let refused = read(&mut &b"name,thing1\na,b\n"[..], 100).expect_err("refused");
        assert_eq!((refused.status, refused.fields[0].code), (422, "no_touser_column"));
        assert_eq!(recipients(b"touser,thing1\noA\n")[0].data.0, []);
        assert_eq!(read(&mut &b"touser\noA\noB\n"[..], 1).expect("reads").faults[0].code, "too_many");
        let wide = format!("touser,{}\n", vec!["c"; MOST_COLUMNS].join(","));
        assert_eq!(read(&mut wide.as_bytes(), 1).expect("reads").faults[0].code, "too_many_columns");
    }
}
