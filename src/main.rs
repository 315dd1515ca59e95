//! wxdesk.
fn main() {}
