//! Numbers that the other side hands out.
//!
//! They follow from the seed and from the order of the requests, so that a run can be repeated; the date
//! inside them is the business date, as in the numbers that Alipay prints. The keys are the exception: they
//! are fresh at every start and come from the cryptographic library.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use crate::beijing;

/// The counter behind all numbers of one sandbox.
pub(crate) struct Ids {
    seed: u64,
    next: AtomicU64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, next: AtomicU64::new(1) }
    }

    /// A user number: `2088` and twelve digits.
    pub(crate) fn user_id(&self) -> String {
        let (count, mixed) = self.draw();
        format!("2088{:06}{:06}", mixed % 1_000_000, count % 1_000_000)
    }

    /// An application's number: sixteen digits.
    pub(crate) fn app_id(&self) -> String {
        let (count, mixed) = self.draw();
        format!("2021{:09}{:03}", mixed % 1_000_000_000, count % 1_000)
    }

    /// The number of the application in certificate mode. It follows from the seed alone, not from a draw, so that the
    /// numbers drawn after it are the same with and without it.
    pub(crate) fn certificate_app_id(&self) -> String {
        format!("2021{:09}999", mix(!self.seed) % 1_000_000_000)
    }

    /// A payment code: `28` and sixteen digits.
    pub(crate) fn payment_code(&self) -> String {
        let (count, mixed) = self.draw();
        format!("28{:08}{:08}", mixed % 100_000_000, count % 100_000_000)
    }

    /// A phone number as a login name, in the range that no operator gives out.
    pub(crate) fn phone(&self) -> String {
        let (count, mixed) = self.draw();
        format!("100{:04}{:04}", mixed % 10_000, count % 10_000)
    }

    /// A trade's number: the date, `22001`, fifteen digits, as in the published samples.
    pub(crate) fn trade_no(&self, now: Timestamp) -> String {
        let (count, mixed) = self.draw();
        format!("{}22001{:07}{:08}", beijing::day(now), mixed % 10_000_000, count % 100_000_000)
    }

    /// An agreement's number: the year and sixteen digits, as in the published samples.
    pub(crate) fn agreement_no(&self, now: Timestamp) -> String {
        let (count, mixed) = self.draw();
        let date = beijing::day(now);
        let year = date.get(..4).unwrap_or("2000");
        format!("{year}{:08}{:08}", mixed % 100_000_000, count % 100_000_000)
    }

    /// A notification's number: the date, `00222` and 21 digits.
    pub(crate) fn notify_id(&self, now: Timestamp) -> String {
        let (count, mixed) = self.draw();
        format!("{}00222{:012}{:09}", beijing::day(now), mixed % 1_000_000_000_000, count % 1_000_000_000)
    }

    /// A word that names one opened page. It guards nothing: whoever may open the sandbox may sign and pay.
    pub(crate) fn page_token(&self) -> String {
        let (count, mixed) = self.draw();
        format!("{mixed:016x}{count:08x}")
    }

    /// A code of six digits, as banks send it.
    pub(crate) fn one_time_code(&self) -> String {
        let (_, mixed) = self.draw();
        format!("{:06}", mixed % 1_000_000)
    }

    /// A number of a system trace: six digits.
    pub(crate) fn trace_no(&self) -> String {
        let (count, _) = self.draw();
        format!("{:06}", count % 1_000_000)
    }

    /// Digits that no other draw of the same length gives soon again; at most 18.
    pub(crate) fn serial_digits(&self, length: usize) -> String {
        let (count, mixed) = self.draw();
        let digits = format!("{:09}{:09}", mixed % 1_000_000_000, count % 1_000_000_000);
        digits.get(digits.len().saturating_sub(length)..).unwrap_or(&digits).to_owned()
    }

    fn draw(&self) -> (u64, u64) {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        (count, mix(self.seed ^ mix(count)))
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads neighbouring counts over all digits.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
