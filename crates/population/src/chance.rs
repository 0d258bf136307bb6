//! Chance without a state: what is drawn depends on the seed and on what it is drawn for, and on no order.

/// A seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number for a question, such as `[payer, day]`.
    pub(crate) fn draw(self, question: &str, about: &[u64]) -> u64 {
        let start = question.bytes().fold(self.0, |sum, byte| mix(sum ^ u64::from(byte)));
        about.iter().fold(start, |sum, part| mix(sum ^ *part))
    }

    /// Whether something of so many parts per thousand is so.
    pub(crate) fn is(self, per_mille: u64, question: &str, about: &[u64]) -> bool {
        self.draw(question, about) % 1_000 < per_mille
    }

    /// One of `from..=to`.
    pub(crate) fn between(self, from: u64, to: u64, question: &str, about: &[u64]) -> u64 {
        from + self.draw(question, about) % (to - from + 1)
    }
}

/// One step of `SplitMix64`.
fn mix(number: u64) -> u64 {
    let sum = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
