//! What a developer or the merchant has to change, as a closed list.
//!
//! A cause is for the payer; a fix is for whoever runs the integration. Its sentence is for them alone and is
//! therefore English, in place.

use std::borrow::Cow;

macro_rules! fixes {
    ($( $variant:ident = $id:literal, $what:literal; )*) => {
        /// One thing to change, named by its id and said in a sentence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is its id; `what()` says it in a sentence")]
        pub enum Fix {
            $( $variant, )*
            /// Something is missing from the request.
            AddParameter(&'static str),
            /// Something in the request is wrong.
            CorrectParameter(&'static str),
        }

        impl Fix {
            /// Every fix that is about no particular parameter.
            pub const PLAIN: &'static [Fix] = &[$( Self::$variant, )*];

            /// The id that the tables and the API use: `check_app_id`, `add_parameter:timestamp`.
            pub fn id(self) -> Cow<'static, str> {
                match self {
                    $( Self::$variant => Cow::Borrowed($id), )*
                    Self::AddParameter(name) => Cow::Owned(format!("{ADD}{name}")),
                    Self::CorrectParameter(name) => Cow::Owned(format!("{CORRECT}{name}")),
                }
            }

            /// What to do, in one or two sentences.
            pub fn what(self) -> Cow<'static, str> {
                match self {
                    $( Self::$variant => Cow::Borrowed($what), )*
                    Self::AddParameter(name) => Cow::Owned(format!("Add what the request lacks: {}.", spoken(name))),
                    Self::CorrectParameter(name) => {
                        Cow::Owned(format!("Correct this part of the request: {}.", spoken(name)))
                    }
                }
            }
        }
    };
}

const ADD: &str = "add_parameter:";
const CORRECT: &str = "correct_parameter:";

fixes! {
    // The message and its proof.
    CheckSignatureKey = "check_signature_key", "Check what is signed and with which key: the private key must belong to the public key that the channel has, for the same app and environment.";
    UploadPublicKey = "upload_public_key", "Register the public key (or certificate) of your signing key in the channel's console.";
    UsePublicKey = "use_public_key", "Verify with the channel's public key: its platform certificate has expired and is not renewed.";
    CheckCertificate = "check_certificate", "Check the certificate and its serial number: whether it has expired, and whether it is the one that the channel has.";
    CheckEncryption = "check_encryption", "Check the encryption key and its algorithm: the channel could not decrypt the content.";
    CheckTime = "check_time", "Check the server's clock and the format and zone of the time that is sent.";
    CheckVersion = "check_version", "Update the SDK, the API version or the TLS version: the one in use is no longer accepted.";
    CheckApiKey = "check_api_key", "Use a valid secret key of the right account.";
    CheckEnvironment = "check_environment", "Test and live are mixed: use keys, cards and objects of one environment.";
    CheckIpList = "check_ip_list", "Add the server's address to the list of allowed addresses in the channel's console.";
    CorrectFormat = "correct_format", "Correct the form of the message: method, encoding (UTF-8), and well-formed XML, JSON or fields.";
    RemoveForbiddenWords = "remove_forbidden_words", "Take the forbidden or suspicious text out of the title, the remark or the parameters.";
    // Who asks, and what they may.
    CheckAppId = "check_app_id", "Check the app id: that it exists, is online, and is bound to this merchant.";
    CheckMerchantId = "check_merchant_id", "Check the merchant number: that it exists and belongs to this app and contract.";
    CheckConfiguration = "check_configuration", "Check the product's settings in the channel's console against what is sent.";
    CheckTerminal = "check_terminal", "Check the terminal: its registration and location, that it is online, and that it may do this.";
    AskPermission = "ask_permission", "Ask the channel for the permission to use this interface or function.";
    SignContract = "sign_contract", "Sign or renew the contract for this product with the channel, or send the product that is signed.";
    RenewAuthorisation = "renew_authorisation", "Renew the access token, or let the merchant or user authorise the app again.";
    RestoreMerchantAccount = "restore_merchant_account", "Have the account that takes or sends the money put right: in the channel's console, activate, complete or verify it.";
    RaiseMerchantLimit = "raise_merchant_limit", "Raise the merchant's limit with the channel, wait until it is reset, or send a smaller amount.";
    TopUpMerchantAccount = "top_up_merchant_account", "Top up the merchant's account, then send the same order again with the same number.";
    ConfirmAtMerchant = "confirm_at_merchant", "Have the merchant's own staff confirm it in time in the channel's console.";
    UseOtherProduct = "use_other_product", "Use another interface or product: this one is not available for this case.";
    // When, and under which number.
    LowerRate = "lower_rate", "Send fewer requests in the same time, with growing pauses.";
    WaitAndRetry = "wait_and_retry", "Wait a moment, then send the same call again with the same number and parameters.";
    QueryFirst = "query_first", "Ask the channel what became of this order before anything else, and keep its number.";
    NewOrderNumber = "new_order_number", "This number is used up: make a new order with a new number, once a query has confirmed it.";
    ReadDetail = "read_detail", "Read the more specific code or text that comes with it; this code alone says too little.";
    Reconcile = "reconcile", "Compare with the channel's statement before the books are closed.";
    RefundInstead = "refund_instead", "It is too late to cancel: refund instead.";
    RefundAnotherWay = "refund_another_way", "The channel does not take this refund any more: give the money back in another way, and record it.";
    // What the payer's page does next.
    ScanAgain = "scan_again", "Let the payer refresh the code and scan it again; under a new number where the same order may not be sent again.";
    OfferAgain = "offer_again", "The payer stopped or was too slow: ask what became of the order, then offer to resume it.";
    OfferOtherInstrument = "offer_other_instrument", "Offer another card or way to pay; the payer's bank can tell the payer more.";
    AuthenticatePayer = "authenticate_payer", "Let the payer prove who they are (password, code, 3-D Secure), then go on with the same order.";
    PayerOpensSwitch = "payer_opens_switch", "Ask the payer to switch this way of paying on in their app, then send the order again.";
    TryOtherInterface = "try_other_interface", "Let the card be read in another way: insert, swipe, or enter its number.";
    // The receiver of a transfer.
    PayeeVerifiesIdentity = "payee_verifies_identity", "Ask the receiver to verify or complete their identity at the channel.";
    OtherPayeeAccount = "other_payee_account", "This account cannot receive: ask the receiver for another, or to have it put right at the channel.";
    WaitForPayeeLimit = "wait_for_payee_limit", "The receiver's limit is reached: send it when the day or month is over, or to another account of theirs.";
    ContactChannel = "contact_channel", "Ask the channel's support, with the request's id, the order number and the time.";
}

impl Fix {
    /// The fix of an id; the name of a parameter is taken as it stands.
    pub(crate) fn parse(id: &'static str) -> Option<Self> {
        let named = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if let Some(name) = id.strip_prefix(ADD) {
            return named(name).then_some(Self::AddParameter(name));
        }
        if let Some(name) = id.strip_prefix(CORRECT) {
            return named(name).then_some(Self::CorrectParameter(name));
        }
        Self::PLAIN.iter().copied().find(|fix| fix.id() == id)
    }
}

/// Some parts of a request have no name of their own on the wire.
fn spoken(name: &'static str) -> &'static str {
    match name {
        "required_field" => "a required field; the message names it",
        "named_in_param" => "the parameter that the answer names in `param`",
        "request" | "body" => "the parameters that the message names",
        name => name,
    }
}
