//! Says beforehand what `create` would decide, by the same evaluation, without changing anything.

use tantu_domain::client::Speaker;
use tantu_domain::evaluate::Verdict;
use tantu_domain::incident::Incident;
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_store::world::AccountFile;

use crate::command::Tools;
use crate::payments::submit::{stopped_by_rule, verdict};

/// The verdict on an amount as things stand.
pub fn preflight(
    file: &AccountFile,
    incidents: &[Incident],
    amount: Money,
    speaker: &Speaker,
    pays_for: PaysFor,
    tools: &Tools<'_>,
) -> Verdict {
    let stopped = stopped_by_rule(file, speaker, tools);
    verdict(stopped.as_ref().unwrap_or(file), incidents, amount, speaker, (false, None), pays_for, tools)
}
