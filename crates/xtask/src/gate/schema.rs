//! The description of the API against the server as people get it. Schemathesis, which nobody here wrote, reads `/openapi.json`,
//! makes requests of every operation, right and wrong, as each of those who may ask, and holds every answer's status, kind of
//! content, headers and body against what is described.
//!
//! The control describes what is not so: a problem's status as a text, and no problems at all of the health of a server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::gate::chance::Chance;
use crate::gate::stopwatch::Stopwatch;
use crate::gate::traffic::api::{Api, Order, Reply, client};
use crate::gate::traffic::processes::{Sandbox, Server, staff_keys};
use crate::gate::{Measure, Outcome, binary, progress};

/// As many made-up requests of each operation as the promise names, besides those for every edge of its description.
const EXAMPLES: u32 = 40;

/// What is asked of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,unsupported_method,allow_header_conformance";

/// What a failure is called in the report of the reader.
const FAILURES: [&str; 2] = ["Response violates schema", "Undocumented status code"];

/// The server's own description.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    run(measure.count.unwrap_or(EXAMPLES), false)
}

/// A description that is wrong. It counts as caught only if both wrongs were found.
pub(crate) fn control(_: Measure) -> Result<Outcome, Failure> {
    run(1, true)
}

fn run(examples: u32, wrong: bool) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(against_a_server(examples, wrong))
}

async fn against_a_server(examples: u32, wrong: bool) -> Result<Outcome, Failure> {
    let (watch, folder) = (Stopwatch::start(), tempfile::tempdir()?);
    let tantu = binary::tantu()?;
    let sandbox = Sandbox::start(&tantu).await?;
    let database = format!("sqlite:{}", folder.path().join("schema.db").display());
    let mut server = Server::new(&tantu, &[database], folder.path().join("server.log"), &sandbox.control)?;
    server.configure(configuration(folder.path())?, "warn");
    let seeded = server.seed(2)?;
    server.start().await?;
    let api = Api::new(vec![server.base.clone()], &sandbox.control, &seeded)?.with_staff().await?;
    let payer = seeded.payers.first().cloned().ok_or_else(|| Failure::new("there is no payer"))?;
    let session = api.sign_in(&payer.account).await?;
    let order = |number: &str, fen| Order {
        number: number.to_owned(),
        key: number.to_owned(),
        account: payer.account.clone(),
        instrument: payer.wallet.clone(),
        fen,
        by_wallet: true,
        turn: 0,
    };
    let Reply::Told { payment, .. } = api.pay(&order("schema-1", 100), 0).await else {
        return Err(Failure::new("an order that should be answered was not"));
    };
    let (mandate, _) = api.begin_mandate(&session, &payer.account).await?;
    let ids = json!({
        "accounts": payer.account, "account": payer.account, "instruments": payer.wallet, "instrument": payer.wallet,
        "payments": payment, "payment": payment, "mandates": mandate,
    });
    let description = described(&server.base, folder.path(), wrong).await?;
    let mut figures = json!({ "examples_each": examples });
    let (mut why, mut found) = (Vec::new(), BTreeMap::new());
    let asking = [("merchant", seeded.api_key.as_str()), ("staff", api.staff()), ("payer", session.as_str())];
    for (who, key) in asking.into_iter().take(if wrong { 1 } else { asking.len() }) {
        progress(format_args!("  asking as {who}"));
        let read = Reader { description: &description, base: &server.base, key, ids: &ids, examples };
        let said = tokio::task::block_in_place(|| read.run())?;
        figures[who] = said.figures;
        for failure in FAILURES.into_iter().filter(|failure| said.report.contains(failure)) {
            *found.entry(failure).or_insert(0) += 1;
        }
        if !said.held {
            why.push(format!("as {who}: {}", said.report));
        }
    }
    server.kill().await?;
    figures["seconds"] = json!(watch.elapsed().as_secs());
    if wrong {
        figures["found"] = json!(found);
        // A reader that finds only one of the two wrongs has not caught the control.
        let missed = FAILURES.into_iter().filter(|failure| !found.contains_key(failure)).collect::<Vec<_>>();
        let why = missed.iter().map(|failure| format!("not found: {failure}")).collect();
        return Ok(Outcome { held: !missed.is_empty(), figures, why });
    }
    Ok(Outcome { held: why.is_empty(), figures, why })
}

/// All that can be offered is offered, so that no operation only says that it is not.
fn configuration(folder: &Path) -> Result<PathBuf, Failure> {
    let (mut chance, mut config) = (Chance::new(20_261_123), String::from("[server]\n"));
    for (field, name) in [("secret_file", "secret"), ("password_key_file", "password_key")] {
        let path = folder.join(name);
        let key: Vec<u8> = (0..32).map(|_| u8::try_from(chance.between(0, 255)).unwrap_or(0)).collect();
        std::fs::write(&path, key)?;
        config.push_str(&format!("{field} = \"{}\"\n", path.display()));
    }
    config.push_str(&format!("second_factor_key_file = \"{}\"\n", staff_keys(folder)?.display()));
    config.push_str("\n[pay_later]\nlender = \"mer_0000000000e008000000000080\"\nlender_name = \"Lender\"\n");
    let path = folder.join("config.toml");
    std::fs::write(&path, config)?;
    Ok(path)
}

/// The server's description as a file, or what the control makes of it.
async fn described(base: &str, folder: &Path, wrong: bool) -> Result<PathBuf, Failure> {
    let text = client()?.get(format!("{base}/openapi.json")).send().await?.text().await?;
    let mut description: Value = serde_json::from_str(&text)?;
    if wrong {
        let status = description.pointer_mut("/components/schemas/ProblemBody/properties/status");
        *status.ok_or_else(|| Failure::new("a problem has no status to describe wrongly"))? =
            json!({ "type": "string" });
        let answers = description.pointer_mut("/paths/~1v1~1diagnoses/post/responses").and_then(Value::as_object_mut);
        answers.and_then(|answers| answers.remove("default")).ok_or_else(|| Failure::new("no problem is described"))?;
    }
    let path = folder.join("openapi.json");
    std::fs::write(&path, description.to_string())?;
    Ok(path)
}

/// One run of the reader.
struct Reader<'a> {
    description: &'a Path,
    base: &'a str,
    key: &'a str,
    ids: &'a Value,
    examples: u32,
}

/// What it said.
struct Said {
    held: bool,
    figures: Value,
    report: String,
}

impl Reader<'_> {
    fn run(&self) -> Result<Said, Failure> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let folder = root.join("tests/clients/api");
        let mut command = Command::new(root.join("tests/with-python"));
        command.arg(&folder).args(["schemathesis", "run"]).arg(self.description).args(["--url", self.base]);
        command.args(["-H", &format!("Authorization: Bearer {}", self.key), "--checks", CHECKS]);
        command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", &self.examples.to_string()]);
        // One worker: Python 3.11 counts the depth of a syntax tree for all threads together, and fails now and then where two build one.
        command.args(["--seed", "1", "--workers", "1", "--warnings", "off", "--no-color", "--continue-on-failure"]);
        command.args(["--suppress-health-check", "all", "--request-timeout", "30"]);
        command.env("REAL_IDS", self.ids.to_string()).env("SCHEMATHESIS_HOOKS", "real_ids");
        command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1").env("NO_PROXY", "127.0.0.1");
        let done = command.current_dir(self.description.parent().unwrap_or(root)).output()?;
        let report = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        // 1 is its verdict; anything else is that it could not look.
        if !matches!(done.status.code(), Some(0 | 1)) || !report.contains("Tested:") {
            return Err(Failure::new(format!("the reader ended with {}:\n{report}", done.status)));
        }
        let after =
            |word: &str| report.lines().find_map(|line| line.trim().strip_prefix(word)).unwrap_or("").trim().to_owned();
        let requests = report.lines().find(|line| line.contains(" generated")).unwrap_or("").trim().to_owned();
        let figures = json!({ "operations": after("Tested:"), "requests": requests });
        Ok(Said { held: done.status.success(), figures, report })
    }
}
