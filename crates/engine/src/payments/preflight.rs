//! Says beforehand what `create` would decide, by the same evaluation, without changing anything.

use tantu_domain::client::Speaker;
use tantu_domain::evaluate::Verdict;
use tantu_domain::incident::Incident;
use tantu_domain::money::Money;
use tantu_store::world::AccountFile;

use crate::command::Tools;
use crate::payments::submit::verdict;

/// The verdict on an amount as things stand.
pub fn preflight(
    file: &AccountFile,
    incidents: &[Incident],
    amount: Money,
    speaker: &Speaker,
    tools: &Tools<'_>,
) -> Verdict {
    verdict(file, incidents, amount, speaker, (false, None), tools)
}
