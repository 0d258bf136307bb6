//! The operations that remove causes: what somebody does, never what the screen says about it.
//!
//! Closed like the catalogue of causes, so that a plan can never name a step that has no words.

use crate::cause::Who;

macro_rules! operations {
    ($( $variant:ident = $id:literal, $who:ident; )*) => {
        /// Something that somebody can do to make a payment possible.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is its id; words for it live in tantu-explain")]
        pub enum Operation { $( $variant, )* }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Operation] = &[$( Operation::$variant, )*];

            /// The id that the API shows.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )* }
            }

            /// Who carries it out.
            pub fn who(self) -> Who {
                match self { $( Self::$variant => Who::$who, )* }
            }
        }
    };
}

operations! {
    Wait = "wait", Platform;
    WaitUntil = "wait_until", Platform;
    AwaitResult = "await_result", Platform;
    RetrySameKey = "retry_same_key", Platform;
    Resume = "resume", Payer;
    Recheck = "recheck", Payer;
    ChooseInstrument = "choose_instrument", Payer;
    CombineInstruments = "combine_instruments", Payer;
    SplitPayment = "split_payment", Payer;
    SwitchNetwork = "switch_network", Payer;
    ChangeResolver = "change_resolver", Payer;
    TurnOffProxy = "turn_off_proxy", Payer;
    RestartApp = "restart_app", Payer;
    SetClockAutomatic = "set_clock_automatic", Payer;
    GrantPermission = "grant_permission", Payer;
    StopBlocker = "stop_blocker", Payer;
    UpdateOs = "update_os", Payer;
    ChargeDevice = "charge_device", Payer;
    UpdateApp = "update_app", Payer;
    ClearCache = "clear_cache", Payer;
    CloseConflictingApp = "close_conflicting_app", Payer;
    SignInAgain = "sign_in_again", Payer;
    TogglePaymentFunction = "toggle_payment_function", Payer;
    UpdatePartnerApp = "update_partner_app", Payer;
    RequestUnfreeze = "request_unfreeze", Payer;
    AskChannelSupport = "ask_channel_support", Payer;
    Appeal = "appeal", Payer;
    SecureAccount = "secure_account", Payer;
    VerifyIdentity = "verify_identity", Payer;
    ConfirmInfo = "confirm_info", Payer;
    BindPhone = "bind_phone", Payer;
    CorrectName = "correct_name", Payer;
    RenewDocument = "renew_document", Payer;
    ReplaceCard = "replace_card", Payer;
    ActivateCard = "activate_card", Payer;
    EnableOnlinePayment = "enable_online_payment", Payer;
    CorrectCardDetails = "correct_card_details", Payer;
    UseReservedPhone = "use_reserved_phone", Payer;
    UpdateReservedPhone = "update_reserved_phone", Payer;
    AskBank = "ask_bank", Payer;
    UseOtherCard = "use_other_card", Payer;
    SetPaymentPassword = "set_payment_password", Payer;
    ResetPaymentPassword = "reset_payment_password", Payer;
    ResendCode = "resend_code", Payer;
    UseVoiceCode = "use_voice_code", Payer;
    UseOtherNumber = "use_other_number", Payer;
    CheckInterceptedMessages = "check_intercepted_messages", Payer;
    ResumeBinding = "resume_binding", Payer;
    Rebind = "rebind", Payer;
    TopUpPoints = "top_up_points", Payer;
    TopUp = "top_up", Payer;
    PayIn = "pay_in", Payer;
    RaiseLimit = "raise_limit", Payer;
    RaiseTier = "raise_tier", Payer;
    AuthenticateStronger = "authenticate_stronger", Payer;
    SignMandate = "sign_mandate", Payer;
    ConfirmItIsYou = "confirm_it_is_you", Payer;
    RepayBill = "repay_bill", Payer;
    EnableAutoRepay = "enable_auto_repay", Payer;
    UnfreezeLine = "unfreeze_line", Payer;
    ViewCreditReport = "view_credit_report", Payer;
    OpenTicket = "open_ticket", Payer;
}

impl Operation {
    /// The operation of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.id() == id)
    }
}
