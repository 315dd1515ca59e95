//! How many template messages an account may send today.

/// WeChat's own daily quota of template messages for most accounts (docs/wechat-api.md §6). Others have more or less; `openapi/quota/get`
/// tells.
pub const DAILY_QUOTA: i64 = 100_000;

/// The day's quota and what is gone of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Messages a day.
    pub limit: i64,
    /// Those sent today, by this program or any other, as far as is known.
    pub used: i64,
    /// Whether WeChat said so; else the limit is the usual one and only our own are counted.
    pub told: bool,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { limit: DAILY_QUOTA, used: 0, told: false }
    }
}

impl Allowance {
    /// From what WeChat told, if it did, and our own count of today.
    pub fn new(told: Option<(i64, i64)>, sent: i64) -> Self {
        match told.filter(|(limit, _)| *limit > 0) {
            Some((limit, used)) => Self { limit, used: used.max(sent), told: true },
            None => Self { used: sent, ..Self::default() },
        }
    }

    /// What is left today.
    pub const fn left(&self) -> i64 {
        let left = self.limit - self.used;
        if left < 0 { 0 } else { left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wechats_word_counts_and_so_does_what_it_has_not_counted_yet() {
        assert_eq!(Allowance::new(Some((500, 480)), 20), Allowance { limit: 500, used: 480, told: true });
        assert_eq!(Allowance::new(Some((500, 480)), 495).left(), 5, "sent since WeChat was asked");
        assert_eq!(Allowance::new(Some((0, 0)), 7), Allowance { limit: DAILY_QUOTA, used: 7, told: false }, "fields can be absent");
        assert_eq!(Allowance::new(Some((5, 9)), 0).left(), 0);
    }
}
