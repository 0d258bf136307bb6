//! SQLite: the engine against a plain table and a raw log that take the same bytes in the same batches.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tantu_store::Store;
use tantu_store::baseline::sqlite::{BlobTable, Kept, merchants_besides};
use tantu_store::sqlite::SqliteStore;

use crate::bench::load::{Market, Orders, ride};
use crate::bench::metered::{Meter, Metered};
use crate::bench::pace::{RawLog, pace};
use crate::bench::{
    MERCHANT, Measured, Plan, ROUNDS, Role, Run, Subject, Way, figures, machine, only_ours, start, told,
};
use crate::output::Failure;

/// Measures in a file of its own.
pub(super) async fn run(plan: &Plan, place: Option<&str>, progress: impl Fn(String)) -> Result<Measured, Failure> {
    let place = Place::find(place)?;
    let meter = Meter::default();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_url(&place.url)?);
    only_ours(merchants_besides(&place.path, MERCHANT)?, "name a file that is not there yet, or leave --database out")?;
    let engine = start(Arc::new(Metered::new(store.clone(), meter.clone()))).await?;
    progress(format!("opening {} accounts in {}", figures::grouped(plan.accounts), place.path.display()));
    let orders = Arc::new(Orders::prepare(&engine, 1, plan.accounts).await?);
    let way = Way::open(&engine, plan.http).await?;

    let slice = plan.slice();
    progress("warming up, and weighing a payment".into());
    let before = Kept::measure(&place.path)?;
    let warmed = ride(&way.door, &orders, Market::Many, plan.in_flight, slice.min(Duration::from_secs(1))).await?;
    let after = Kept::measure(&place.path)?;
    let (bytes, growth) =
        (after.per_payment(&before, warmed.payments()), after.growth_per_payment(&before, warmed.payments()));
    let mut table = BlobTable::create(&place.beside("plain.db"), usize::try_from(bytes)?)?;
    let mut log = RawLog::create(&place.beside("raw.log"), bytes)?;
    drop(meter.take());

    let subjects = subjects(bytes);
    let mut rounds = Vec::new();
    for number in 1..=ROUNDS {
        let seen = ride(&way.door, &orders, Market::Many, plan.in_flight, slice).await?;
        let lane = meter.take();
        let table_per_second = tokio::task::block_in_place(|| pace(&mut table, &lane.batches, slice / 2))?;
        let log_per_second = tokio::task::block_in_place(|| pace(&mut log, &lane.batches, slice / 2))?;
        let round = vec![seen.into_run(lane, None), Run::baseline(table_per_second), Run::baseline(log_per_second)];
        progress(told(number, &subjects, &round));
        rounds.push(round);
    }
    drop(way);
    progress("auditing the books".into());
    let audit = tokio::task::block_in_place(|| store.audit())?.checks;
    let weight = format!(
        "{} bytes in a payment's rows, {} in the file with indexes",
        figures::grouped(bytes),
        figures::grouped(growth)
    );
    let kind = machine::file_system(place.folder());
    let forgets = kind.is_some_and(|kind| machine::forgets(&kind));
    let store = format!("sqlite, WAL, synchronous=FULL; {}", plan.shown());
    Ok(Measured { machine: machine::machine(Some(place.folder())), store, subjects, rounds, weight, audit, forgets })
}

fn subjects(bytes: u64) -> Vec<Subject> {
    let table = format!("SQLite table, integer key and a blob of {bytes} bytes, same batches");
    let log = format!("raw preallocated log, {bytes} bytes a payment, same batches, fdatasync");
    vec![
        Subject { id: "payments", name: "durable payments".into(), role: Role::Engine },
        Subject { id: "plain_table", name: table, role: Role::Baseline },
        Subject { id: "raw_log", name: log, role: Role::Baseline },
    ]
}

/// Where the files of a run are. The baselines stand beside the database, on the same disk.
struct Place {
    url: String,
    path: PathBuf,
    temporary: tempfile::TempDir,
}

impl Place {
    fn find(database: Option<&str>) -> Result<Self, Failure> {
        let prepare = tempfile::Builder::new().prefix("tantu-bench-").to_owned();
        let Some(url) = database else {
            let temporary = prepare.tempdir()?;
            let path = temporary.path().join("bench.db");
            return Ok(Self { url: format!("sqlite:{}", path.display()), path, temporary });
        };
        let path = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()).ok_or_else(|| {
            let why = format!(
                "--database: {:?} is no database that can be measured",
                tantu_store::open::shown_urls(&[url.to_owned()])
            );
            Failure::with_hint(why, "write sqlite:PATH or postgres://USER@HOST/DATABASE")
        })?;
        let path = PathBuf::from(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = prepare.tempdir_in(folder).map_err(|error| {
            Failure::usage(format!("--database: nothing can be written in {}: {error}", folder.display()))
        })?;
        Ok(Self { url: url.to_owned(), path, temporary })
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    fn folder(&self) -> &Path {
        self.temporary.path()
    }
}
