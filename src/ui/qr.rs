//! QR codes.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// The QR code of a text, with a label for screen readers; nothing where the text is too long for one. Dark on light whatever the page's
/// look is: cameras want it so. Four modules of rest around it, as the standard asks.
pub fn qr(text: &str, label: &'static str) -> Option<AnyView> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let (width, path) = (code.width(), drawn(&code));
    let side = (width + 8).to_string();
    let whole = format!("0 0 {side} {side}");
    Some(
        view! { <svg class="qr" viewBox=whole role="img" aria-label=label><rect width=side.clone() height=side/><path d=path/></svg> }
            .into_any(),
    )
}

fn drawn(code: &QrCode) -> String {
    let width = code.width();
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        let mut at = 0;
        while at < width {
            let run = line[at..].iter().take_while(|color| **color == line[at]).count();
            if line[at] == Color::Dark {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", at + 4, row + 4));
            }
            at += run;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_as_it_is_and_a_text_too_long_for_one_gives_none() {
        let code = QrCode::with_error_correction_level(b"https://h5.example.com/", EcLevel::M).expect("fits");
        let dark = code.to_colors().into_iter().filter(|color| *color == Color::Dark).count();
        let runs = drawn(&code)
            .split('h')
            .skip(1)
            .step_by(2)
            .map(|part| part.split('v').next().and_then(|run| run.parse().ok()))
            .collect::<Option<Vec<usize>>>();
        assert_eq!(runs.expect("numbers").into_iter().sum::<usize>(), dark);
        assert!(QrCode::with_error_correction_level("x".repeat(3000).as_bytes(), EcLevel::M).is_err());
    }
}
