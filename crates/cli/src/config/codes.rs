//! `[[codes]]`: rows of the channels' code tables that the operator changes or adds.

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tantu_codes::{CodeResult, Override, OverrideError, Tables};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use crate::output::Failure;

/// One row. What is left out stays as it is published; `note` says why the rest does not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeSection {
    channel: String,
    family: String,
    code: String,
    result: Option<String>,
    resend_same_order: Option<bool>,
    causes: Option<Vec<CauseEntry>>,
    note: String,
}

/// A cause and how sure it is: `{ id = "limit.daily", confidence = "possible" }`, or its id alone.
#[derive(Debug, Clone)]
struct CauseEntry {
    id: String,
    confidence: Option<String>,
}

// Written out because an untagged enum would only say that no variant fits, and not which field is wrong.
impl<'de> Deserialize<'de> for CauseEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = CauseEntry;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a cause's id, or { id, confidence }")
    }

    fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<CauseEntry, E> {
        Ok(CauseEntry { id: id.to_owned(), confidence: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CauseEntry, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            id: String,
            confidence: Option<String>,
        }
        let Whole { id, confidence } = Whole::deserialize(MapAccessDeserializer::new(map))?;
        Ok(CauseEntry { id, confidence })
    }
}

/// The tables with the operator's rows, every field checked.
pub(super) fn tables(sections: &[CodeSection]) -> Result<Tables, Failure> {
    let rows: Vec<Override> = sections.iter().map(CodeSection::row).collect::<Result<_, _>>()?;
    Tables::with(&rows).map_err(|error| refused(&error))
}

impl CodeSection {
    fn row(&self) -> Result<Override, Failure> {
        let trimmed = |text: &str| text.trim().to_owned();
        let result = self.result.as_deref().map(|word| self.result(word)).transpose()?;
        let causes = self.causes.as_deref().map(|causes| causes.iter().map(|entry| self.cause(entry)).collect());
        Ok(Override {
            channel: trimmed(&self.channel),
            family: trimmed(&self.family),
            code: trimmed(&self.code),
            result,
            resend: self.resend_same_order,
            causes: causes.transpose()?,
            note: trimmed(&self.note),
        })
    }

    fn result(&self, word: &str) -> Result<CodeResult, Failure> {
        let known = CodeResult::ALL.iter().map(|result| result.id());
        CodeResult::parse(word).ok_or_else(|| self.wrong("result", word, "result", &format!("write {}", one_of(known))))
    }

    /// A cause whose confidence is not said is no more than likely: who is certain says so.
    fn cause(&self, entry: &CauseEntry) -> Result<(Cause, Confidence), Failure> {
        let no_cause = || self.wrong("causes", &entry.id, "cause", "`tantu causes` lists them");
        let cause = Cause::parse(&entry.id).ok_or_else(no_cause)?;
        let Some(word) = &entry.confidence else { return Ok((cause, Confidence::Likely)) };
        let known = [Confidence::Certain, Confidence::Likely, Confidence::Possible].map(Confidence::id);
        let wrong = || self.wrong("causes.confidence", word, "confidence", &format!("write {}", one_of(known)));
        Ok((cause, Confidence::parse(word).ok_or_else(wrong)?))
    }

    fn wrong(&self, field: &str, word: &str, what: &str, hint: &str) -> Failure {
        let row = format_args!("{} {} {}", self.channel, self.family, self.code);
        Failure::with_hint(format!("codes.{field}: {word:?} is no {what} ({row})"), hint)
    }
}

/// The field that is wrong, and the way out.
fn refused(error: &OverrideError) -> Failure {
    let (field, hint) = match error {
        OverrideError::UnknownChannel(_) => {
            let mut known: Vec<&str> = tantu_codes::all().iter().map(|row| row.channel).collect();
            known.dedup();
            ("channel", format!("write {}", one_of(known)))
        }
        OverrideError::NoFamily(channel) => ("family", format!("`tantu codes --channel {channel}` lists the families")),
        OverrideError::NoCode(_) => ("code", "write the code as the channel spells it".to_owned()),
        OverrideError::NoNote(_) => ("note", "write who says so, and when; it is shown with the row".to_owned()),
        OverrideError::NoChange(_) => {
            ("result", "write result, resend_same_order or causes, or leave the row out".to_owned())
        }
        OverrideError::NoResult(_) => {
            let hint = "`tantu explain CODE` shows the families that have it; a code that is new needs a result";
            ("result", hint.to_owned())
        }
        OverrideError::CauseTwice(..) => ("causes", "name it once, as sure as it is".to_owned()),
        OverrideError::NotAlone(_) => ("causes", "write likely or possible, or leave the others out".to_owned()),
        OverrideError::Twice(_) => ("code", "put it all into one [[codes]] section".to_owned()),
    };
    Failure::with_hint(format!("codes.{field}: {error}"), hint)
}

/// `a, b or c`.
fn one_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.join(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const ROW: &str =
        "channel = \"alipay\"\nfamily = \"alipay.trade.pay\"\ncode = \"ACQ.PAYMENT_FAIL\"\nnote = \"why\"\n";

    fn read(rows: &[&str]) -> Result<Tables, String> {
        let text: String = rows.iter().map(|row| format!("[[codes]]\n{row}\n")).collect();
        Config::from_text(&text).and_then(|config| config.tables()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_row_is_taken_as_it_is_written() {
        let more = "result = \"declined\"\nresend_same_order = true\n\
            causes = [\"limit.daily\", { id = \"account.frozen\", confidence = \"possible\" }, { id = \"limit.monthly\" }]";
        let tables = read(&[&format!("{ROW}{more}")]).unwrap();
        let row = tables.look_up("alipay", "alipay.trade.pay/withhold", "ACQ.PAYMENT_FAIL").unwrap();
        assert_eq!((row.result, row.resend_same_order), (CodeResult::Declined, true));
        assert_eq!((row.overridden, row.note), (true, "why"));
        let causes = [
            (Cause::LimitDaily, Confidence::Likely),
            (Cause::LimitMonthly, Confidence::Likely),
            (Cause::AccountFrozen, Confidence::Possible),
        ];
        assert_eq!(row.causes, causes);
        // A code that nobody has published needs no more than its result.
        let new = ROW.replace("PAYMENT_FAIL", "BRAND_NEW");
        let tables = read(&[&format!("{new}result = \"undecided\"")]).unwrap();
        assert!(tables.look_up("alipay", "alipay.trade.pay", "ACQ.BRAND_NEW").unwrap().overridden);
        assert!(read(&[]).unwrap().all().iter().all(|row| !row.overridden));
    }

    #[test]
    fn the_example_reads() {
        let example = include_str!("../../../../config.example.toml");
        let from = example.find("# [[codes]]").unwrap();
        let section: String = example[from..]
            .lines()
            .take_while(|line| !line.is_empty())
            .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap()))
            .collect();
        let tables = Config::from_text(&section).unwrap().tables().unwrap();
        assert!(tables.all().iter().any(|row| row.overridden));
    }

    #[test]
    fn what_is_wrong_is_named_with_the_way_out() {
        let open = "result = \"undecided\"";
        let instead = |what: &str, with: &str| format!("{}{open}", ROW.replace(what, with));
        let with = |more: &str| format!("{ROW}{more}");
        for (rows, field, hint) in [
            (vec![instead("= \"alipay\"", "= \"paypal\"")], "codes.channel: \"paypal\" has", "write alipay, wechatpay"),
            (vec![instead("alipay.trade.pay", " ")], "codes.family: a row of alipay", "`tantu codes --channel alipay`"),
            (vec![instead("ACQ.PAYMENT_FAIL", "")], "codes.code: ", "as the channel spells it"),
            (vec![instead("why", " ")], "codes.note: alipay alipay.trade.pay ACQ.PAYMENT_FAIL", "who says so"),
            (vec![instead("note =", "notes =")], "unknown field `notes`", "resend_same_order"),
            (vec![instead("note = \"why\"\n", "")], "missing field `note`", ""),
            (vec![with("result = \"failed\"")], "codes.result: \"failed\"", "accepted, declined or undecided"),
            (vec![with("")], "codes.result: ", "result, resend_same_order or causes"),
            (vec![ROW.replace("PAYMENT_FAIL", "BRAND_NEW")], "codes.result: ", "a code that is new"),
            (vec![with("causes = [\"limit.hourly\"]")], "codes.causes: \"limit.hourly\"", "`tantu causes`"),
            (
                vec![with("causes = [{ id = \"limit.daily\", confidence = \"sure\" }]")],
                "codes.causes.confidence: \"sure\"",
                "certain, likely or possible",
            ),
            (vec![with("causes = [{ id = \"limit.daily\", sure = true }]")], "unknown field `sure`", "`confidence`"),
            (vec![with("causes = [7]")], "a cause's id, or { id, confidence }", "integer `7`"),
            (vec![with("causes = [\"limit.daily\", \"limit.daily\"]")], "codes.causes: ", "once"),
            (vec![with("resend_same_order = \"yes\"")], "resend_same_order", "boolean"),
            (vec![with(open), with(open)], "codes.code: ", "one [[codes]] section"),
        ] {
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let said = read(&rows).unwrap_err();
            assert!(said.contains(field) && said.contains(hint), "{rows:?}: {said}");
        }
    }
}
