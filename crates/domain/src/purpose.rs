//! What transactions of the books are posted for.

/// What a transaction was posted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A balance that a demo or a test begins with: there is no other free money.
    Opening,
    /// A payment from the wallet.
    WalletCharge,
    /// A payment through a channel.
    ChannelCharge,
    /// A channel has charged a payer's own card for his wallet.
    TopUp,
    /// A channel's success after we had closed the attempt: the payer's money, on its way back.
    LateSuccess,
    /// The channel has given that money back.
    LateRefund,
    /// A fold takes a merchant's money from the payers' shard.
    FoldOut,
    /// A fold gives it to the merchant.
    FoldIn,
    /// A merchant's money is held for a debit that has begun.
    MerchantHold,
    /// A debit that the merchant's money did not reach: nothing moves, and nothing is held under its id any more.
    MerchantForgone,
    /// What was held for a debit is the merchant's again.
    MerchantRelease,
    /// What was held for a refund leaves for its payer's shard.
    MerchantRefund,
    /// A refund reaches its payer, by the road the money came.
    Refund,
    /// The lender pays an order, and its payer owes a bill.
    PayLaterCharge,
    /// Interest or a fee was charged on a bill.
    BillCharge,
    /// A bill was repaid, wholly or in part.
    BillRepaid,
    /// Points were paid for: the money.
    PointsBought,
    /// The points themselves came to their holder.
    PointsGranted,
    /// A payment holds points.
    PointsHeld,
    /// It holds them no more, and they are their holder's again.
    PointsReleased,
    /// Points were spent, and are gone.
    PointsSpent,
    /// Spent points came back to the lots that they were taken from.
    PointsRefunded,
    /// The money behind them, for the merchant.
    PointsCharge,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &'static [Purpose] = &[
        Self::Opening,
        Self::WalletCharge,
        Self::ChannelCharge,
        Self::TopUp,
        Self::LateSuccess,
        Self::LateRefund,
        Self::FoldOut,
        Self::FoldIn,
        Self::MerchantHold,
        Self::MerchantForgone,
        Self::MerchantRelease,
        Self::MerchantRefund,
        Self::Refund,
        Self::PayLaterCharge,
        Self::BillCharge,
        Self::BillRepaid,
        Self::PointsBought,
        Self::PointsGranted,
        Self::PointsHeld,
        Self::PointsReleased,
        Self::PointsSpent,
        Self::PointsRefunded,
        Self::PointsCharge,
    ];

    /// The name that the store uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::WalletCharge => "wallet_charge",
            Self::ChannelCharge => "channel_charge",
            Self::TopUp => "top_up",
            Self::LateSuccess => "late_success",
            Self::LateRefund => "late_refund",
            Self::FoldOut => "fold_out",
            Self::FoldIn => "fold_in",
            Self::MerchantHold => "merchant_hold",
            Self::MerchantForgone => "merchant_forgone",
            Self::MerchantRelease => "merchant_release",
            Self::MerchantRefund => "merchant_refund",
            Self::Refund => "refund",
            Self::PayLaterCharge => "pay_later_charge",
            Self::BillCharge => "bill_charge",
            Self::BillRepaid => "bill_repaid",
            Self::PointsBought => "points_bought",
            Self::PointsGranted => "points_granted",
            Self::PointsHeld => "points_held",
            Self::PointsReleased => "points_released",
            Self::PointsSpent => "points_spent",
            Self::PointsRefunded => "points_refunded",
            Self::PointsCharge => "points_charge",
        }
    }

    /// The purpose of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.id() == id)
    }
}

/// How points move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointsMove {
    /// They come to their holder.
    Granted,
    /// A payment holds them.
    Held,
    /// They are their holder's again.
    Released,
    /// They are spent at once.
    Spent,
    /// What was held is spent.
    HeldSpent,
    /// What was spent is their holder's again.
    Refunded,
}
