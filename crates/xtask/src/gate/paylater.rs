//! The pay-later gate: a population that cannot see the scheduler owes bills over two years, and every story must end in books
//! that balance to the fen, with nothing collected twice, no rule of collecting broken and no failure without a cause.
//!
//! Beside the promise stands a report without a verdict: what is collected without the payer's doing and after one tap, and how often
//! somebody is asked for it, against the same people asked once a day.

mod figures;
mod story;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use tantu_paylater::calendar::Calendar;
use tantu_paylater::terms::Terms;
use tantu_population::{Mix, Population};

use crate::failure::Failure;
use crate::gate::paylater::figures::Tally;
use crate::gate::paylater::story::{Story, Way, collect};
use crate::gate::stopwatch::Stopwatch;
use crate::gate::{Measure, Outcome, progress};

const BILLS: u32 = 100_000;
const MONTHS: u64 = 24;
const SEED: u64 = 7;

/// The people, the product and the calendar of one run.
pub(crate) struct Stage {
    pub(crate) population: Population,
    pub(crate) terms: Terms,
    pub(crate) calendar: Calendar,
}

impl Stage {
    fn new(mix: Mix, seed: u64) -> Result<Self, Failure> {
        let first_day = Date::constant(2024, 1, 1);
        let population = Population::new(mix, seed, first_day, MONTHS);
        Ok(Self { population, terms: Terms::standard(), calendar: Calendar::announced()? })
    }
}

/// What was wrong, in counts.
#[derive(Debug, Default)]
struct Wrong {
    unbalanced: u64,
    collected_twice: u64,
    without_cause: u64,
    rules_broken: u64,
}

impl Wrong {
    fn look(&mut self, story: &Story) {
        self.unbalanced += u64::from(!story.balanced);
        self.collected_twice += u64::from(story.really_taken != story.booked);
        self.without_cause += u64::from(story.without_cause);
        self.rules_broken += story.rules_broken;
    }

    fn why(&self) -> Vec<String> {
        let table = [
            (self.unbalanced, "bills do not balance to the fen"),
            (self.collected_twice, "bills on which more or less was taken than is booked"),
            (self.without_cause, "bills that nobody paid and no cause says why"),
            (self.rules_broken, "attempts before the due date, at night, above a cap or while another was undecided"),
        ];
        table.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect()
    }
}

/// Every bill of the ordinary mix by the scheduler, and the report.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    let bills = u64::from(measure.count.unwrap_or(BILLS));
    let watch = Stopwatch::start();
    let mut wrong = Wrong::default();
    let mut report = Map::new();
    let mut attempts = 0;
    for (index, mix) in Mix::all()?.into_iter().enumerate() {
        progress(format!("collecting under the mix {}", mix.name));
        let name = mix.name.clone();
        // The ordinary mix is the promise; the others, made to hurt, are for comparison.
        let many = if index == 0 { bills } else { bills / 4 };
        let stage = Stage::new(mix, SEED)?;
        let mut tallies = [Tally::default(), Tally::default()];
        for number in 0..many {
            for (way, tally) in [Way::Scheduler, Way::Daily].into_iter().zip(&mut tallies) {
                let alone = collect(&stage, number, way, false)?;
                let tapped = collect(&stage, number, way, true)?;
                if way == Way::Scheduler {
                    wrong.look(&alone);
                    wrong.look(&tapped);
                    attempts += alone.asked + tapped.asked;
                }
                tally.add(number, &alone, &tapped);
            }
        }
        let [scheduler, daily] = &tallies;
        report.insert(name, figures::compare(scheduler, daily));
    }
    let why = wrong.why();
    let figures = json!({
        "bills": bills, "months": MONTHS, "seed": SEED, "attempts": attempts,
        "seconds": watch.elapsed().as_secs(),
        "unbalanced": wrong.unbalanced, "collected_twice": wrong.collected_twice,
        "without_cause": wrong.without_cause, "rules_broken": wrong.rules_broken,
        "report_assumed_mixes": Value::Object(report),
    });
    Ok(Outcome { held: why.is_empty(), figures, why })
}

/// The same people, and a scheduler that takes an answer that did not come for a no: it must be seen to collect twice.
pub(crate) fn control(measure: Measure) -> Result<Outcome, Failure> {
    let bills = u64::from(measure.count.unwrap_or(BILLS) / 5).max(5_000);
    let mix = Mix::all()?.into_iter().next().ok_or_else(|| Failure::new("there is no mix"))?;
    let stage = Stage::new(mix, SEED)?;
    let mut wrong = Wrong::default();
    for number in 0..bills {
        wrong.look(&collect(&stage, number, Way::SilenceIsNo, false)?);
    }
    let why = wrong.why();
    let figures = json!({ "bills": bills, "collected_twice": wrong.collected_twice });
    Ok(Outcome { held: why.is_empty(), figures, why })
}
