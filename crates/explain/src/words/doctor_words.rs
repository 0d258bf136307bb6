//! What `tantu doctor` says while it looks, and at its end.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels of the doctor, in one language.
    DoctorWords;

    /// Before it begins; `{server}`.
    begins,
    /// That nothing of it is sent.
    nothing_sent,
    /// The look-up of the server's name.
    names,
    /// The proxy that the device is set to.
    proxy,
    /// The connections.
    connections,
    /// The encryption and its certificate.
    tls,
    /// The server's answer.
    server,
    /// The device's clock.
    clock,
    /// Loss and delay.
    loss,
    /// Large packets.
    large_packets,
    /// A network's own sign-in page.
    portal,
    /// The addresses of partners.
    addresses,
    /// The device itself.
    device,
    /// At the end, if nothing was found.
    all_well,
    /// At the end, if something did not hold and no cause explains it.
    unexplained,
    /// Over the causes.
    found,
    /// How to send it; `{command}`.
    send_hint,
    /// That it was sent; `{server}`.
    sent,
    /// That it could not be sent.
    not_sent,
}

impl DoctorWords {
    /// The label of a check of the doctor's.
    pub fn check(&self, id: &str) -> &'static str {
        let named = self.all().into_iter().find(|(name, _)| *name == id);
        named.map_or("", |(_, label)| label)
    }
}
