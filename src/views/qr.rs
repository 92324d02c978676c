//! A text as a QR code: dark squares on light, in both themes, as cameras want it.
use std::fmt::Write;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// Light squares around the code.
const MARGIN: i32 = 4;

/// Nothing where the text is too long for a code; it stands beside it to be typed.
pub fn picture(text: &str, title: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Markup::default();
    };
    let side = code.size() + 2 * MARGIN;
    html! {
        svg width="208" height="208" viewBox={ "0 0 " (side) " " (side) } role="img"
            shape-rendering="crispEdges" {
            title { (title) }
            rect width=(side) height=(side) fill="#fff" {}
            path d=(squares(&code)) fill="#000" {}
        }
    }
}

/// One rectangle for each run of dark squares in a row.
fn squares(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|it| code.get_module(*it, y));
            let run = i32::try_from(run.count()).unwrap_or_default();
            if run > 0 {
                let (left, top) = (x + MARGIN, y + MARGIN);
                // A string takes whatever is written.
                let _ = write!(path, "M{left} {top}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners() {
        let code = QrCode::encode_text("otpauth://totp/x", QrCodeEcc::Medium).unwrap();
        let far = code.size() + MARGIN - 7;
        let path = squares(&code);
        for corner in [
            "M4 4h7".to_owned(),
            format!("M{far} 4h7"),
            format!("M4 {far}h7"),
        ] {
            assert!(path.contains(&corner), "{corner}");
        }
    }
}
