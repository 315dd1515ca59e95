//! The contrast of the colour tokens, recomputed from the style sheet itself (WCAG 2.x).

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

type Colour = [f64; 3];

/// Both sides (light, dark) of every colour token, as OKLCH.
fn tokens() -> HashMap<&'static str, [Colour; 2]> {
    let mut found = HashMap::new();
    for line in TOKENS.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|rest| rest.split_once(": ")) else { continue };
        let colours: Vec<Colour> = value.match_indices("oklch(").filter_map(|(at, word)| colour(&value[at + word.len()..])).collect();
        match (value.starts_with("light-dark("), colours.as_slice()) {
            (true, [light, dark]) => found.insert(name, [*light, *dark]),
            (false, [both]) if value.starts_with("oklch(") => found.insert(name, [*both, *both]),
            _ => None,
        };
    }
    found
}

fn colour(text: &str) -> Option<Colour> {
    let inner = text.split(')').next()?;
    if inner.contains('/') {
        return None;
    }
    let parts: Vec<f64> = inner.split_whitespace().filter_map(|part| part.parse().ok()).collect();
    <[f64; 3]>::try_from(parts).ok()
}

/// Relative luminance of an OKLCH colour (after Björn Ottosson's matrices), clipped to sRGB.
fn luminance([l, c, h]: Colour) -> f64 {
    let (a, b) = (c * h.to_radians().cos(), c * h.to_radians().sin());
    let cube = |x: f64| x * x * x;
    let (l, m, s) = (
        cube(l + 0.396_337_777_4 * a + 0.215_803_757_3 * b),
        cube(l - 0.105_561_345_8 * a - 0.063_854_172_8 * b),
        cube(l - 0.089_484_177_5 * a - 1.291_485_548_0 * b),
    );
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_pair_of_the_table_is_readable() {
    let tokens = tokens();
    let texts: &[(&str, &[&str])] = &[
        ("ink", &["surface", "canvas", "hover", "raised", "sunken"]),
        ("ink-2", &["surface", "canvas", "hover", "accent-tint", "sunken"]),
        ("ink-3", &["surface", "canvas", "hover", "sunken"]),
        ("accent-ink", &["surface", "accent-tint", "canvas"]),
        ("on-accent", &["accent", "accent-hover"]),
        ("info-ink", &["info-tint"]),
        ("warn-ink", &["warn-tint"]),
        ("danger-ink", &["danger-tint", "surface"]),
        ("on-danger", &["danger"]),
        ("wx-ink", &["wx-card", "wx-bg", "wx-bar"]),
    ];
    let marks: &[(&str, &[&str])] = &[("line-strong", &["surface", "canvas"]), ("focus", &["surface", "canvas"])];
    for (pairs, least) in [(texts, 4.5), (marks, 2.995)] {
        for (front, backs) in pairs {
            for back in *backs {
                for (side, name) in ["light", "dark"].iter().enumerate() {
                    let ratio = contrast(tokens[front][side], tokens[back][side]);
                    assert!(ratio >= least, "{front} on {back}, {name}: {ratio:.2} is below {least}");
                }
            }
        }
    }
}

#[test]
fn the_formula_knows_black_and_white() {
    assert!((contrast([1.0, 0.0, 0.0], [0.0, 0.0, 0.0]) - 21.0).abs() < 0.01);
    // WeChat's own green under white text, the reason why buttons are darker: 2.38:1.
    let brand = tokens()["brand"][0];
    assert!((contrast(brand, [1.0, 0.0, 0.0]) - 2.38).abs() < 0.05);
}
