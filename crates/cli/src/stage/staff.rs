//! Staff of the stage: a key each, the secret that they were shown once, and the session that a code of it opens.

use reqwest::Method;
use serde_json::json;
use tantu_domain::clock::Clock as _;
use tantu_engine::time::SystemClock;
use totp_rs::{Builder, Secret};

use crate::output::Failure;
use crate::stage::keys::register_staff;
use crate::stage::reply::Reply;
use tantu_engine::Engine;

/// Registers a member of staff, who enrols his second factor and signs in with a code of it, all over the API. Gives the
/// session.
pub(crate) async fn signed_in(engine: &Engine, http: &reqwest::Client, base: &str) -> Result<String, Failure> {
    let key = register_staff(engine).await?;
    let ask =
        |path: &str, body| http.request(Method::POST, format!("{base}{path}")).bearer_auth(&key).json(&body).send();
    let made = Reply::of(ask("/v1/staff/factor", json!({})).await?).await?.expect("a second factor")?;
    let code = code_of(&made.text("secret")?)?;
    let opened = Reply::of(ask("/v1/staff/sessions", json!({ "code": code })).await?).await?;
    opened.expect("a session of staff")?.text("session")
}

/// The code that an app shows now for a secret.
fn code_of(secret: &str) -> Result<String, Failure> {
    let wrong = || Failure::usage("the secret of a second factor is none");
    let secret = Secret::try_from_base32(secret).map_err(|_| wrong())?;
    let totp = Builder::new().with_secret(secret).build().map_err(|_| wrong())?;
    let now = u64::try_from(SystemClock::default().wall().as_second()).map_err(|_| wrong())?;
    Ok(totp.generate(now).to_string())
}
