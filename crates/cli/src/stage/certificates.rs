//! Certificate mode: the sandbox's second application, with the files that the console would give for it.

use std::path::Path;

use serde_json::Value;

use crate::config::AlipaySection;
use crate::output::Failure;
use crate::server::client;
use crate::stage::reply::text;

/// Writes the files into a folder, and gives the section of the configuration that names them.
pub(crate) async fn section(control: &str, folder: &Path) -> Result<AlipaySection, Failure> {
    let credentials: Value = client()?.get(format!("{control}/credentials")).send().await?.json().await?;
    let (alipay, app) = (&credentials["alipay"], &credentials["alipay"]["certificate"]);
    let file = |name: &str, field: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text(app, field)?)?;
        Ok::<_, Failure>(path)
    };
    Ok(AlipaySection {
        gateway: text(alipay, "gateway")?,
        app_id: text(app, "app_id")?,
        merchant_private_key_file: file("merchant_private_key.pem", "merchant_private_key_pkcs8")?,
        alipay_public_key_file: None,
        app_cert_file: Some(file("appCertPublicKey.crt", "app_cert")?),
        alipay_cert_file: Some(file("alipayCertPublicKey_RSA2.crt", "alipay_public_cert")?),
        alipay_root_cert_file: Some(file("alipayRootCert.crt", "alipay_root_cert")?),
        seller_id: Some(text(alipay, "seller_id")?),
        sign_scene: "INDUSTRY|DIGITAL_MEDIA".into(),
    })
}
