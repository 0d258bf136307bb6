//! What a device should look at before it says that it cannot pay: which addresses, which versions, which time.
//!
//! Public, and the same for everybody but for what we saw of the request itself.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use tantu_domain::client_rules::Doing;
use tantu_domain::device::ALLOWED_SKEW_SECONDS;
use tantu_domain::device_report::DeviceRules;
use tantu_domain::policy::Policy;
use utoipa::{IntoParams, ToSchema};

use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::QueryFields;
use crate::json::time;

/// The most letters that pad an answer.
const MOST_FILLER: usize = 8 * 1024;

/// The most steps between a device and us that are told.
const MOST_VIA: usize = 8;

/// What a device should look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceChecksBody {
    /// Always `tantu`: by this a device knows that it was we who answered.
    product: &'static str,
    /// Our real time; a device's clock is held against it.
    time: String,
    /// What we ask of apps and phones.
    rules: DeviceRulesBody,
    /// Addresses that paying needs besides ours, each `host:port`.
    addresses: Vec<String>,
    /// What apps may store.
    configuration: Option<ConfigurationBody>,
    /// What we saw of this request.
    seen: SeenBody,
    /// As many letters as were asked for, so that an answer can be made large.
    #[serde(skip_serializing_if = "String::is_empty")]
    filler: String,
}

/// What we ask of apps and phones.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceRulesBody {
    /// How far a clock may be off, in seconds.
    clock_skew_seconds: i64,
    /// Below how much power, in percent, no card is bound.
    power_floor: u8,
    /// The permissions that paying needs.
    permissions: Vec<String>,
    /// The oldest versions of apps.
    apps: Vec<MinimumBody>,
    /// The oldest versions of systems.
    systems: Vec<MinimumBody>,
    /// The oldest versions of the channels' own apps.
    partners: Vec<MinimumBody>,
    /// Faults that versions are known to have.
    known_faults: Vec<KnownFaultBody>,
    /// Other apps beside which ours cannot work.
    conflicts: Vec<ConflictBody>,
}

/// The oldest version of something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MinimumBody {
    /// The app's or the system's name.
    name: String,
    /// The oldest version.
    minimum: String,
    /// `pay` or `bind`; null for both.
    operation: Option<&'static str>,
    /// Where the payer updates, if we know.
    update_at: Option<String>,
}

/// A fault that versions are known to have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownFaultBody {
    /// The app's name.
    app: String,
    /// The fault's name.
    fault: String,
    /// The first version that has it; null if every earlier one has.
    from: Option<String>,
    /// The version that no longer has it; null if there is none yet.
    fixed_in: Option<String>,
    /// `pay` or `bind`; null for both.
    operation: Option<&'static str>,
}

/// Another app beside which ours cannot work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConflictBody {
    /// Our app's name.
    app: String,
    /// The other's name.
    other_app: String,
    /// The fault's name.
    fault: String,
    /// `pay` or `bind`; null for both.
    operation: Option<&'static str>,
}

/// What apps may store, so that they need not ask each time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigurationBody {
    /// Names the edition.
    edition: String,
    /// What is stored: UTF-8, byte for byte.
    text: String,
    /// The SHA-256 of those bytes, in hexadecimal. An app that shows another one for this edition in `Tantu-Client` has damaged data.
    sha256: String,
}

/// What we saw of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeenBody {
    /// Through whom it came, as `Via` and `Forwarded` say.
    via: Vec<String>,
}

/// How the answer is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wishes {
    /// How many letters pad the answer, up to 8192: whether large packets come through shows only with large ones.
    filler: Option<usize>,
}

/// Says what a device should look at before it says that it cannot pay.
#[utoipa::path(
    get, path = "/v1/device-checks", tag = "devices", params(Wishes),
    responses(
        (status = 200, body = DeviceChecksBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn tell(
    State(app): State<Shared>,
    QueryFields(wishes): QueryFields<Wishes>,
    headers: HeaderMap,
) -> Json<DeviceChecksBody> {
    let policy = app.engine.policy();
    let stored = policy.clients.configuration.as_ref();
    Json(DeviceChecksBody {
        product: "tantu",
        time: time(app.engine.clock().wall()),
        rules: rules(policy),
        addresses: app.config.partner_origins.iter().filter_map(|origin| address(origin)).collect(),
        configuration: stored.map(|stored| ConfigurationBody {
            edition: stored.edition.clone(),
            text: stored.text.clone(),
            sha256: stored.sha256.clone(),
        }),
        seen: SeenBody { via: via(&headers) },
        filler: "x".repeat(wishes.filler.unwrap_or(0).min(MOST_FILLER)),
    })
}

/// An origin as `host:port`.
fn address(origin: &str) -> Option<String> {
    let url = url::Url::parse(origin).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

fn rules(policy: &Policy) -> DeviceRulesBody {
    let rules = &policy.clients;
    let operation = |doing: Option<Doing>| doing.map(Doing::id);
    let minimum = |name: &str, minimum: &dyn ToString, doing, update_at| MinimumBody {
        name: name.to_owned(),
        minimum: minimum.to_string(),
        operation: operation(doing),
        update_at,
    };
    DeviceRulesBody {
        clock_skew_seconds: ALLOWED_SKEW_SECONDS,
        power_floor: policy.cards.power_floor,
        permissions: DeviceRules::default().permissions,
        apps: rules
            .apps
            .iter()
            .map(|rule| minimum(&rule.app, &rule.minimum, rule.doing, Some(rule.update_at.clone())))
            .collect(),
        systems: rules.systems.iter().map(|rule| minimum(&rule.system, &rule.minimum, rule.doing, None)).collect(),
        partners: rules.partners.iter().map(|rule| minimum(&rule.app, &rule.minimum, Some(Doing::Pay), None)).collect(),
        known_faults: rules
            .faults
            .iter()
            .map(|fault| KnownFaultBody {
                app: fault.app.clone(),
                fault: fault.fault.clone(),
                from: fault.from.map(|from| from.to_string()),
                fixed_in: fault.fixed_in.map(|fixed| fixed.to_string()),
                operation: operation(fault.doing),
            })
            .collect(),
        conflicts: rules
            .conflicts
            .iter()
            .map(|conflict| ConflictBody {
                app: conflict.app.clone(),
                other_app: conflict.other_app.clone(),
                fault: conflict.fault.clone(),
                operation: operation(conflict.doing),
            })
            .collect(),
    }
}

/// Through whom a request came. Nobody vouches for these headers; they are told to whoever sent them.
pub(crate) fn via(headers: &HeaderMap) -> Vec<String> {
    let said = ["via", "forwarded"].into_iter().flat_map(|name| headers.get_all(name));
    let shown = said.filter_map(|value| value.to_str().ok());
    shown.take(MOST_VIA).map(|value| value.chars().take(200).collect()).collect()
}
