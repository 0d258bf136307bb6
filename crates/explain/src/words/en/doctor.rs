//! The doctor, in English.

use crate::words::doctor_words::DoctorWords;

pub(crate) const DOCTOR: DoctorWords = DoctorWords {
    begins: "Looking at the way from this device to {server} (half a minute at most).",
    nothing_sent: "Nothing about this device is sent unless you ask for it.",
    names: "Finding the server's address",
    proxy: "The proxy this device is set to",
    connections: "Connecting to the server",
    tls: "Encryption and certificate",
    server: "The server's answer",
    clock: "This device's clock",
    loss: "Loss and delay",
    large_packets: "Large packets",
    portal: "A sign-in page in between",
    addresses: "Payment partners' addresses",
    device: "This device itself",
    all_well: "Everything is in order: nothing on this device or its network stops a payment.",
    unexplained: "Something is not as it should be; the lines marked above say where.",
    found: "What stands in the way, the likeliest first:",
    send_hint: "To send what was measured to the server: {command}",
    sent: "What was measured was sent to {server}.",
    not_sent: "It could not be sent:",
};
