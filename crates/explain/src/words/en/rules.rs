//! What each rule asks, as a trace shows it. A line reads as a question that was answered yes or no.

use tantu_domain::check::Rule;

pub(crate) fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::PlatformInService => "Our own service is running",
        Rule::DeviceClock => "The phone's clock is right",
        Rule::AppVersion => "The app is new enough",
        Rule::AccountActive => "The account may pay",
        Rule::ChannelOffered => "We offer this channel here",
        Rule::ChannelInService => "The channel is working",
        Rule::WalletBalance => "The balance is enough",
        Rule::MandateActive => "The authorisation is in force",
        Rule::MandateEnd => "The authorisation hasn't run out",
        Rule::PerTransaction => "The amount fits one payment",
        Rule::PerDay => "The amount fits today",
        Rule::PerMonth => "The amount fits this month",
        Rule::NothingTold => "Nothing the channel said stands in the way",
        Rule::PasswordFree => "Small enough to go without the payment password",
        Rule::PasswordSet => "A payment password is set",
        Rule::PasswordUnlocked => "The payment password isn't locked",
        Rule::PasswordProven => "The payment password was entered for this payment",
        Rule::CardBound => "The card is bound, and payments with it are on",
        Rule::CardTokenEnd => "The card's binding hasn't run out",
        Rule::BankCodeFree => "Small enough to go without the bank's own code",
        Rule::BankCodeGiven => "The bank's code was entered for this payment",
        Rule::DevicePower => "The phone has enough power",
        Rule::CardNumber => "The card number's check digit is right",
        Rule::CardSupported => "We support this bank and kind of card",
        Rule::CardDate => "The card hasn't expired",
        Rule::SecurityCode => "The security code is there",
        Rule::DocumentNumber => "The ID number's check digit is right",
        Rule::ReservedPhone => "The phone is a mainland mobile number",
    }
}
