//! `tantu sandbox`: the other side, for every developer who integrates these channels.

use clap::Args;
use tantu_sandbox::{Sandbox, SandboxConfig};

use crate::commands::serve::address;
use crate::output::{Failure, Output};

/// Options of `sandbox`.
#[derive(Debug, Args)]
pub(crate) struct SandboxCommand {
    /// The control address; Alipay listens one port above it, UnionPay four, the SMS service five, the registry six.
    /// Port 0 takes free ports.
    #[arg(long, default_value = "127.0.0.1:9080")]
    listen: String,
    /// What its numbers follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl SandboxCommand {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let listen = address("--listen", &self.listen)?;
        let sandbox = Sandbox::start(SandboxConfig { listen, seed: self.seed }).await?;
        let (control, alipay, unionpay) = (sandbox.control_url(), sandbox.alipay_url(), sandbox.unionpay_url());
        let (sms, registry) = (sandbox.sms_url(), sandbox.registry_url());
        output.document(&serde_json::json!({
            "control": control,
            "alipay": alipay,
            "unionpay": unionpay,
            "sms": sms,
            "registry": registry,
            "credentials": format!("{control}/credentials"),
        }));
        output.say(format_args!("control  {control}   (credentials, faults, truth, clock, buyers, cards, phones)"));
        output.say(format_args!("alipay   {alipay}/gateway.do"));
        output.say(format_args!("unionpay {unionpay}/gateway/api/backTransReq.do"));
        output.say(format_args!("sms      {sms}/sms/messages"));
        output.say(format_args!("registry {registry}/registry/verifications"));
        output.say(format_args!("Point your own SDK there: curl {control}/credentials"));
        tokio::signal::ctrl_c().await?;
        sandbox.stop().await;
        Ok(true)
    }
}
