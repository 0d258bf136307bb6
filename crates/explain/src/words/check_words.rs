//! What the page `/check` says while it looks at a device, and at its end.
//!
//! What stands in braces is a place for a value; the page's script puts it there.

super::labels::labels! {
    /// All labels of the page, in one language.
    CheckWords;

    /// The page's title.
    title,
    /// What it does, before it begins.
    lead,
    /// That nothing is sent before it is asked for.
    consent,
    /// For a browser without a script.
    no_script,
    /// The button that begins.
    begin,
    /// The same, once it has been done.
    again,
    /// Whether the browser is online.
    online,
    /// Round trips and loss.
    round_trips,
    /// The clock.
    clock,
    /// The browser's permissions.
    permissions,
    /// What the page has stored, with its checksum.
    storage,
    /// The system's and the browser's version.
    versions,
    /// The addresses of partners.
    addresses,
    /// The battery.
    power,
    /// A check that has not begun.
    waiting,
    /// A check that is under way.
    looking,
    /// A check with which nothing is wrong.
    fine,
    /// A check that this browser does not allow.
    unknown,
    /// The browser is offline.
    offline,
    /// Round trips; `{ms}`, `{lost}`, `{sent}`.
    trip,
    /// The clock is off; `{seconds}`.
    clock_off,
    /// Permissions that are denied; `{names}`.
    denied,
    /// What is stored is not what was given.
    damaged,
    /// Nothing can be stored.
    no_storage,
    /// Addresses that did not answer; `{addresses}`.
    blocked,
    /// Power; `{percent}`.
    percent,
    /// Over what would be sent.
    measured_title,
    /// The button that sends it.
    send,
    /// While it is sent.
    sending,
    /// It could not be sent.
    not_sent,
    /// Nothing that was sent stands in the way.
    nothing_found,
    /// Over the causes.
    found_title,
    /// Back to the guided check, with what was found.
    onward,
    /// Opens a ticket with what was measured.
    take_along,
}
