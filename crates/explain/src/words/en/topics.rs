//! The articles about topics, in English.

use crate::words::topic_words::articles;

articles! {
    BindingACard: "Adding a bank card",
        "Four things must match the bank's records: name, document number, card number and the phone that the bank has reserved. A credit card needs its date and the three digits on its back, too.",
        [
            "Have these ready" => "Your own card, your document, and the phone whose number you gave the bank. Keep the battery above 10%. If you are interrupted, you go on at the step where you stopped.",
            "The phone does not match" => "The bank knows only the number it has reserved. Call the number on the card's back and ask which one it is. If yours has changed, change it in the bank's app first, then go on here.",
            "The bank is not supported" => "The page for adding a card lists the banks and kinds of card. Debit cards are taken more often than credit cards. Use another bank's card and go on with the same form.",
            "It worked before" => "You may have a new card, the old one may have expired, or the bank may have ended the link. Under Cards, replace the old card with the new one; your order is then paid.",
        ];
    Codes: "Codes that do not come",
        "Our codes hold for 5 minutes and work once. You can ask for another after 60 seconds, 5 times an hour at most. Codes for a card payment come from the bank, by the bank's own rules.",
        [
            "Look at the phone first" => "Look among blocked messages and spam. Message filters often take a bank's number for advertising. Allow it, then ask for the code again.",
            "Then at the number" => "The page says which number the code went to, with the middle digits hidden. If that is not your phone now, bind the right one here or change the reserved number at your bank.",
            "Signal and permission" => "Turn flight mode on and off again; with two SIM cards, look whether the right one has a signal. An app needs permission to read the code by itself. You can also type it in.",
            "Tell it to nobody" => "Neither your bank nor our support ever asks for a code. Whoever does is a fraudster: hang up, and call 96110.",
        ];
    Limits: "Payment limits",
        "A limit is ours, your bank's, the regulator's or your own. The page says whose it is, how much is used, and when it starts afresh.",
        [
            "When it starts afresh" => "Daily limits start afresh at midnight in Beijing, monthly ones on the 1st. You can let the order be paid by itself then; we tell you when it is done.",
            "Your own limits" => "On the Limits page you can lower them at once. To raise them, enter your pay password; that works at once, too.",
            "Your bank's limits" => "Change them in your bank's app, often under payment limits. Where the bank does not tell us the figure, we do not make one up.",
            "The most from your balance" => "It depends on how many sources have confirmed your identity: one more source, a higher ceiling. Cards and Alipay do not count towards it.",
        ];
    Money: "Balance and money on the card",
        "A short balance and a short card are two things. How much your balance lacks, we know; how much your card lacks, only the bank knows.",
        [
            "The balance is short" => "The page says by how much. Top up from your own debit card, or pay the whole order in another way.",
            "The card is short" => "The bank says that there is too little, not how much. Pay in, go back to the order and tap to pay again, or use another card.",
            "Why no credit card" => "A balance is topped up from your own debit card only, and bills are repaid with money that you have. The law and the terms say so, for everybody.",
        ];
    Mandates: "Permissions to charge, automatic payments",
        "You once allowed somebody to charge your Alipay: that is a permission. When it has ended or was cancelled, sign it again and the same order is paid.",
        [
            "How to sign again" => "Tap to sign again on the order. Alipay's page opens; confirm there and come back. There is no new order, and nothing is charged twice.",
            "Who cancelled it" => "Perhaps you did, in Alipay's payment settings; perhaps Alipay or the merchant. Where nobody tells us who, we say that we do not know.",
            "No more automatic charges" => "Turn it off in Alipay whenever you like. After that you confirm each payment yourself, and the order's page asks you to open Alipay.",
            "Alipay opens and nothing happens" => "Update Alipay first. If that does not help, go back to the order and pay in another way. After 15 minutes without your word the order stops, and no money moves.",
        ];
    PayLater: "Pay later and auto-repay",
        "A pay-later bill is due once a month. After the due date there are days of grace, in which nothing is charged and your score stays as it is.",
        [
            "How auto-repay charges" => "One instrument after the other, in your order, several times on the due date; every try stands on the bill. If it is off or was never set, nothing is charged by itself.",
            "Nothing could be charged" => "Most often the card is short, has expired or has come apart from the bank. Once that is put right we charge again within the hour; you can also repay at once.",
            "After the grace" => "Repay, wholly or in part. Once it is settled new orders are taken again, and half of what your score lost comes back at once; bills paid on time bring more.",
            "You cannot repay now" => "Ask for a later date on the bill. Two members of staff look at it and answer. The sooner you say so, the more can be done.",
        ];
    Points: "Points",
        "Points can pay a part of an order; another instrument pays the rest. If the order is not paid, every point comes back.",
        [
            "Too few points" => "Buy more in the official shop and the order goes on; or use fewer points and pay more money.",
            "Points that cannot be used" => "Points from other sellers are set aside until somebody has looked at them. You can appeal and say where they are from; two members of staff decide. Or buy official points and pay the order now.",
            "The rest is not paid" => "The page says which instrument it is and why. Let another one pay the rest; your points stay as they are.",
        ];
    Safety: "Safety and proving who you are",
        "To protect your money we sometimes stop and ask you to confirm that it is you. After that the same order is paid.",
        [
            "Please confirm it is you" => "By your pay password, a code to your phone or your document, as the page asks. It takes about a minute. If you think this is wrong, appeal; a person answers within 2 hours.",
            "The account is frozen" => "The order's page says since when and for what kind of reason, and lets you ask for it to be lifted. Two members of staff look at it, and we tell you.",
            "The pay password is locked" => "After 5 wrong tries it locks, and unlocks by itself at the time that the page says. While it is locked even the right one is not looked at.",
            "Identity and documents" => "Renew a document that has expired; confirm once when your name or phone has changed. The card's holder and the account's must be one person.",
            "Somebody else uses your account" => "Secure your account at once: change the password and sign other devices out. If money was taken, call 110 or 96110 first, then tell us.",
        ];
    Device: "Network and phone",
        "If a payment hangs, it is mostly the network or the phone. Begin with the simplest; after each step you can pay again.",
        [
            "Another network, the app afresh" => "Switch from Wi-Fi to mobile data or back. If that does not help, close the app fully and open it again. We find out by ourselves what became of a payment that was sent; nothing is charged twice.",
            "VPN and proxy off" => "VPNs, proxies, accelerators and blockers change or stop the connection. Turn them off, pay, and turn them on again. Set a changed DNS back to automatic.",
            "Automatic time" => "If the clock is more than 5 minutes off, no secure connection can be made. In Settings, under date and time, turn automatic on.",
            "Updates" => "Old versions of the app and very old systems cannot pay. Update to the version that the page names; your order stays.",
            "Let a page look" => "Open the page that checks this device: ten seconds for network, clock, storage and permissions. Whether the result is sent is up to you.",
        ];
    Outages: "Faults and maintenance",
        "Sometimes it is not you: we, a bank or Alipay have a fault, or are under maintenance. Your money is safe.",
        [
            "How to tell" => "The order's page says whose fault it is, since when, and until when it is expected. If others cannot pay either, this is likely it.",
            "Pay again or not" => "If nothing was charged, the same order goes on when it is over; you can let it be paid by itself. If the result is not known yet, do not pay again; we tell you as soon as we know.",
            "Another way" => "If only one side has a fault, the other ways to pay still work; the page lists them first.",
            "All is well and it still fails" => "Take the guided check. At its end a person looks at it, with the order, time, amount and your replies.",
        ];
}
