//! The signature itself, without an allocation: what is signed goes into the hash piece by piece.

use sha1::{Digest, Sha1};

/// The signature for `wx.config`: lower-case hex SHA-1 (docs/wechat-api.md §11.2). `timestamp` in decimal Unix seconds; `url` exactly
/// as the page has it, without `#` and what follows.
pub fn sign(ticket: &str, nonce: &str, timestamp: &str, url: &str) -> [u8; 40] {
    let mut hash = Sha1::new();
    for piece in ["jsapi_ticket=", ticket, "&noncestr=", nonce, "&timestamp=", timestamp, "&url=", url] {
        hash.update(piece.as_bytes());
    }
    let mut out = [0; 40];
    for (pair, byte) in out.chunks_exact_mut(2).zip(hash.finalize()) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    out
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wechat::signature;

    #[test]
    fn the_official_vector_holds() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        let signature = sign(ticket, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com?params=value");
        assert_eq!(&signature, b"0f9de62fce790f9a083d5c99e95740ceb90c27ed");
    }

    /// SHA-1 once more, straight from the standard (FIPS 180-4), so that the library is not its own judge.
    fn sha1(message: &[u8]) -> String {
        let mut state: [u32; 5] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
        let mut padded = message.to_vec();
        padded.push(0x80);
        padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
        padded.extend((message.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks_exact(64) {
            let mut w: Vec<u32> = block.chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect();
            for t in 16..80 {
                w.push((w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1));
            }
            let [mut a, mut b, mut c, mut d, mut e] = state;
            for (t, word) in w.iter().enumerate() {
                let (f, k) = match t {
                    0..20 => ((b & c) | (!b & d), 0x5a827999),
                    20..40 => (b ^ c ^ d, 0x6ed9eba1),
                    40..60 => ((b & c) | (b & d) | (c & d), 0x8f1bbcdc),
                    _ => (b ^ c ^ d, 0xca62c1d6u32),
                };
                let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
                (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
            }
            for (whole, part) in state.iter_mut().zip([a, b, c, d, e]) {
                *whole = whole.wrapping_add(part);
            }
        }
        state.iter().map(|word| format!("{word:08x}")).collect()
    }

    proptest! {
        #[test]
        fn two_other_ways_give_the_same(ticket in "[A-Za-z0-9_-]{1,120}", nonce in "[A-Za-z0-9]{1,32}", timestamp in 0i64..10_000_000_000, url in "\\PC{0,300}") {
            let ours = sign(&ticket, &nonce, &timestamp.to_string(), &url);
            let ours = std::str::from_utf8(&ours).expect("hex");
            prop_assert_eq!(ours, signature::jssdk(&ticket, &nonce, timestamp, &url));
            let text = ["jsapi_ticket=", &ticket, "&noncestr=", &nonce, "&timestamp=", &timestamp.to_string(), "&url=", &url].concat();
            prop_assert_eq!(ours, sha1(text.as_bytes()));
        }
    }
}
