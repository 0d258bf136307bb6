//! Fresh keys for merchants and staff: 256 random bits, of which the server keeps a hash.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tantu_domain::ids::MerchantId;
use tantu_engine::Engine;
use tantu_engine::merchants::open::RegisterKey;
use tantu_store::access::{Merchant, TokenHash};

use crate::output::Failure;

/// Registers a merchant and gives its key, which is shown this once.
pub(crate) async fn register_merchant(engine: &Engine, id: MerchantId, name: &str) -> Result<String, Failure> {
    register(engine, Some(Merchant { id, name: name.to_owned() })).await
}

/// Registers a key for staff.
pub(crate) async fn register_staff(engine: &Engine) -> Result<String, Failure> {
    register(engine, None).await
}

async fn register(engine: &Engine, merchant: Option<Merchant>) -> Result<String, Failure> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Failure::usage("the machine gives no random bytes"))?;
    let key = format!("tk_{}", URL_SAFE_NO_PAD.encode(bytes));
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
    engine.run(RegisterKey { merchant, hash: TokenHash(hash) }).await?;
    Ok(key)
}
