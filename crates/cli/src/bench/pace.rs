//! What the engine is held against on SQLite: a plain table and a raw log that take the same bytes in the same batches.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use tantu_store::baseline::sqlite::BlobTable;
use tokio::time::Instant;

use crate::bench::figures::per_second;
use crate::output::Failure;

/// How much room the log has before it begins again at its start: large enough that no device caches it all.
const LOG_BYTES: u64 = 256 * 1024 * 1024;

/// Something that takes a batch and is durable when it returns.
pub(crate) trait Baseline {
    /// Takes so many payments' bytes.
    fn take(&mut self, payments: u64) -> Result<(), Failure>;
}

impl Baseline for BlobTable {
    fn take(&mut self, payments: u64) -> Result<(), Failure> {
        Ok(self.add(payments)?)
    }
}

/// A file whose blocks are all there already, written from one end to the other and synced by batch.
pub(crate) struct RawLog {
    file: File,
    /// How much room there is.
    length: u64,
    at: u64,
    per_payment: u64,
    bytes: Vec<u8>,
}

impl RawLog {
    /// Makes the file and fills it, so that a sync has no metadata to write.
    pub(crate) fn create(path: &Path, per_payment: u64) -> Result<Self, Failure> {
        Self::with_length(path, per_payment, LOG_BYTES)
    }

    fn with_length(path: &Path, per_payment: u64, length: u64) -> Result<Self, Failure> {
        let file = File::options().create_new(true).read(true).write(true).open(path)?;
        let piece = vec![0; 1024 * 1024];
        let mut at = 0;
        while at < length {
            let size = usize::try_from((length - at).min(1024 * 1024))?;
            file.write_all_at(&piece[..size], at)?;
            at += u64::try_from(size)?;
        }
        file.sync_all()?;
        Ok(Self { file, length, at: 0, per_payment, bytes: Vec::new() })
    }
}

impl Baseline for RawLog {
    fn take(&mut self, payments: u64) -> Result<(), Failure> {
        let size = (payments * self.per_payment).min(self.length);
        if self.at + size > self.length {
            self.at = 0;
        }
        self.bytes.resize(usize::try_from(size)?, 0xa5);
        self.file.write_all_at(&self.bytes, self.at)?;
        self.file.sync_data()?;
        self.at += size;
        Ok(())
    }
}

/// Gives a baseline the batches of the engine over and over for as long as `slice`; payments a second.
pub(crate) fn pace(baseline: &mut dyn Baseline, batches: &[u64], slice: Duration) -> Result<u64, Failure> {
    let began = Instant::now();
    let mut taken = 0;
    for batch in batches.iter().cycle() {
        if began.elapsed() >= slice {
            break;
        }
        baseline.take(*batch)?;
        taken += batch;
    }
    Ok(per_second(taken, began.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_begins_again_where_it_has_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = RawLog::with_length(&folder.path().join("log"), 100, 1_000).unwrap();
        let places: Vec<u64> = [4, 5, 2, 20]
            .into_iter()
            .map(|payments| {
                log.take(payments).unwrap();
                log.at
            })
            .collect();
        assert_eq!(places, [400, 900, 200, 1_000]);
        assert_eq!(log.file.metadata().unwrap().len(), 1_000);
    }

    /// Notes what it is given, and takes no more than six.
    struct Noted(Vec<u64>);

    impl Baseline for Noted {
        fn take(&mut self, payments: u64) -> Result<(), Failure> {
            self.0.push(payments);
            if self.0.len() < 6 { Ok(()) } else { Err(Failure::usage("full")) }
        }
    }

    #[test]
    fn batches_come_in_the_engines_order_and_again() {
        let (mut noted, hour) = (Noted(Vec::new()), Duration::from_hours(1));
        assert!(pace(&mut noted, &[3, 1, 2], hour).is_err());
        assert_eq!(noted.0, [3, 1, 2, 3, 1, 2]);
        assert_eq!(pace(&mut noted, &[], hour).unwrap(), 0);
    }
}
