//! Both thumbnails of a picture (480 long, 160 square), decoded from JPEG and written as JPEG: our CPU beside Pillow's with LANCZOS.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use image::ImageFormat;

use super::decode;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/pictures/pillow.py");
/// Rounds of A-B; medians count.
const ROUNDS: usize = 5;

pub fn measure() -> anyhow::Result<()> {
    let Some(python) = env::var_os("WXDESK_PYTHON").map(PathBuf::from) else {
        println!("| thumbnails | not measured: WXDESK_PYTHON names no Python with Pillow | |");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    for (name, width, height, times, bar) in [("1080 × 1440", 1080, 1440, 20, 1.2), ("12 MP", 3000, 4000, 4, 1.0)] {
        let file = folder.path().join("picture.jpg");
        run(&python, &["make", &width.to_string(), &height.to_string(), &file.display().to_string()])?;
        let (mut ours, mut whole, mut scaled) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(look(&file, folder.path(), times)?);
            let said = run(&python, &[&file.display().to_string(), &times.to_string(), &folder.path().display().to_string()])?;
            let mut figures = said.split_whitespace().map(str::parse::<f64>);
            whole.push(figures.next().ok_or_else(|| anyhow::anyhow!("no figure"))??);
            scaled.push(figures.next().ok_or_else(|| anyhow::anyhow!("no figure"))??);
        }
        let [ours, whole, scaled] = [ours, whole, scaled].map(median);
        let pair = ["peer.png", "ours.jpg"].map(|name| folder.path().join(name).display().to_string());
        let psnr = run(&python, &["psnr", &pair[0], &pair[1]])?;
        println!(
            "| both thumbnails of {name}, CPU beside Pillow with a full decode | {:.2} ({ours:.0} µs of {whole:.0} µs) | {bar} |",
            ours / whole
        );
        println!("| the same beside Pillow with a scaled decode | {:.2} ({scaled:.0} µs) | 1.5 (12 MP, stretch) |", ours / scaled);
        println!("| likeness to Pillow's LANCZOS, after our JPEG | {} dB | 35 dB |", psnr.trim());
    }
    memory(&python, folder.path())
}

/// The memory that decoding one picture of 40 million pixels takes above what there was.
fn memory(python: &Path, folder: &Path) -> anyhow::Result<()> {
    run(python, &["large", &folder.display().to_string()])?;
    for (name, format) in [
        ("baseline.jpg", ImageFormat::Jpeg),
        ("clear.png", ImageFormat::Png),
        ("indexed.gif", ImageFormat::Gif),
        ("progressive.jpg", ImageFormat::Jpeg),
        ("lossy.webp", ImageFormat::WebP),
    ] {
        // The peak begins anew.
        fs::write("/proc/self/clear_refs", "5")?;
        let before = status("VmRSS:")?;
        let began = Instant::now();
        decode::look(&folder.join(name), format, &folder.join("ours.jpg"), &folder.join("ours-small.jpg"))
            .map_err(|word| anyhow::anyhow!("{name} not decoded: {word}"))?;
        let (took, more) = (began.elapsed(), status("VmHWM:")?.saturating_sub(before) / 1000);
        println!("| memory while 40 MP are decoded, {name} | {more} MB, {took:.1?} | 100 MB, 5 s |");
    }
    Ok(())
}

/// A figure of this process, in kilobytes.
fn status(name: &str) -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| anyhow::anyhow!("no {name}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// CPU microseconds of one round.
fn look(file: &Path, folder: &Path, times: usize) -> anyhow::Result<f64> {
    let before = cpu();
    for _ in 0..times {
        let made = decode::look(file, ImageFormat::Jpeg, &folder.join("ours.jpg"), &folder.join("ours-small.jpg"));
        let size = made.map_err(|word| anyhow::anyhow!("not decoded: {word}"))?;
        anyhow::ensure!(size.width > 0 && size.height > 0, "a size");
    }
    Ok((cpu() - before) / times as f64)
}

/// CPU microseconds of this thread so far.
fn cpu() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(0.0) / 1000.0
}

fn run(python: &Path, words: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(python).arg(SCRIPT).args(words).output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
