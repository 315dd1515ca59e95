//! Stages everything the binary serves in `OUT_DIR/site`: the bundled style sheet, `public/`, and the wasm that `make web` left in
//! `target/site/pkg`. The folder is embedded; its hash is part of every asset's address.

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};

const HELPER: &str = "src/features/jssdk/h5/wxdesk.js";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The browser half embeds nothing. Did it watch what is made of it, every build would make the next one start anew.
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return;
    }
    for watched in ["style", "public", "target/site/pkg", "migrations", HELPER] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let site = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("site");
    fs::remove_dir_all(&site).ok();
    fs::create_dir_all(&site).expect("the site folder can be made");
    fs::write(site.join("app.css"), style()).expect("the style sheet can be written");
    copy(Path::new("public"), &site);
    copy(Path::new("target/site/pkg"), &site.join("pkg"));
    helper();
    println!("cargo::rustc-env=WXDESK_ASSETS=/assets/{:016x}", hash(&site));
    println!("cargo::rustc-env=WXDESK_SITE={}", site.display());
}

/// The helper for H5 pages, without indentation and lines that are comments only, and the same compressed as hard as brotli can. It has
/// no text that goes over several lines.
fn helper() {
    let source = fs::read_to_string(HELPER).expect("the helper can be read");
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let packed = lines.map(|line| format!("{line}\n")).collect::<String>();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut packed.as_bytes(), &mut small, &Default::default()).expect("the helper can be compressed");
    fs::write(out.join("wxdesk.js"), packed).expect("the helper can be written");
    fs::write(out.join("wxdesk.js.br"), small).expect("the helper can be written");
}

/// One style sheet for Chrome 111, Safari 16.4 and Firefox 121: WeChat's own browsers are in that range.
fn style() -> String {
    let targets = Targets::from(Browsers {
        chrome: Some(111 << 16),
        safari: Some((16 << 16) | (4 << 8)),
        firefox: Some(121 << 16),
        ..Browsers::default()
    });
    let provider = FileProvider::new();
    let mut sheet =
        Bundler::new(&provider, None, ParserOptions::default()).bundle(Path::new("style/app.css")).expect("style/app.css bundles");
    sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).expect("the style sheet minifies");
    sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() }).expect("the style sheet prints").code
}

fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).expect("a folder of the site can be made");
    for entry in entries.flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a file of the site can be copied");
        }
    }
}

fn hash(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut queue = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(next) = queue.pop() {
        for entry in fs::read_dir(next).expect("the site can be read").flatten() {
            if entry.path().is_dir() { queue.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    for file in files {
        file.strip_prefix(folder).expect("inside the site").hash(&mut hasher);
        fs::read(&file).expect("a file of the site can be read").hash(&mut hasher);
    }
    hasher.finish()
}
