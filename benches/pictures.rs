//! What pictures cost: thumbnails beside Pillow's in the same run, lists at a million rows beside a thousand, and, with a release binary,
//! signatures while thumbnails are made and the memory a large ZIP takes. Nothing here is a test; figures are printed as measured.
//!
//! `cargo bench --bench pictures`. Pillow is had from `WXDESK_PYTHON`, a Python that has it (`make bench` makes one); without it there is no
//! peer. The binary is `WXDESK_BIN`, else `target/release/wxdesk`.

#[path = "../src/features/media/server/decode/mod.rs"]
mod decode;
#[path = "pictures/lists.rs"]
mod lists;
#[path = "pictures/served.rs"]
mod served;
#[path = "pictures/thumbs.rs"]
mod thumbs;

use std::{env, path::PathBuf};

fn main() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let only = env::args().skip(1).find(|word| !word.starts_with('-'));
    let wanted = |part: &str| only.as_deref().is_none_or(|word| word == part);
    println!("| pictures | measured | bar |\n| --- | --- | --- |");
    if wanted("thumbs") {
        thumbs::measure()?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if wanted("lists") {
        runtime.block_on(lists::measure())?;
    }
    if wanted("served") {
        let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/release/wxdesk");
        let binary = env::var_os("WXDESK_BIN").map_or(built, PathBuf::from);
        anyhow::ensure!(binary.is_file(), "{} is missing; make build makes it", binary.display());
        runtime.block_on(served::measure(&binary))?;
    }
    Ok(())
}
