//! A resolver on loopback, as a router or a provider runs one: right, or wrong in one way.

use std::net::{Ipv4Addr, SocketAddr};

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use tokio::net::UdpSocket;

use crate::output::Failure;

/// How it answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Says {
    /// Every name leads to this address.
    LeadsTo(Ipv4Addr),
    /// There is no such name.
    NoSuchName,
}

/// The resolver; it ends when this goes.
pub(crate) struct Resolver {
    pub(crate) address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Resolver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Resolver {
    /// Starts it.
    pub(crate) async fn open(says: Says) -> Result<Self, Failure> {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await?;
        let address = socket.local_addr()?;
        let task = tokio::spawn(async move {
            let mut room = [0; 1024];
            while let Ok((length, from)) = socket.recv_from(&mut room).await {
                if let Some(answer) = answer(room.get(..length).unwrap_or_default(), says) {
                    drop(socket.send_to(&answer, from).await);
                }
            }
        });
        Ok(Self { address, task })
    }
}

fn answer(asked: &[u8], says: Says) -> Option<Vec<u8>> {
    let asked = Packet::parse(asked).ok()?;
    let question = asked.questions.first()?.clone();
    let mut answer = Packet::new_reply(asked.id());
    answer.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
    answer.questions.push(question.clone());
    match says {
        Says::NoSuchName => *answer.rcode_mut() = RCODE::NameError,
        Says::LeadsTo(address) if question.qtype == QTYPE::TYPE(TYPE::A) => {
            let data = RData::A(A::from(address));
            answer.answers.push(ResourceRecord::new(question.qname, CLASS::IN, 60, data));
        }
        Says::LeadsTo(_) => {}
    }
    answer.build_bytes_vec().ok()
}
