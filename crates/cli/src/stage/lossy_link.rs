//! A link that carries a request to our server whole, and loses the answer: the connection is cut as soon
//! as the answer's first byte has come.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::output::Failure;

/// A listening link. It carries one connection and ends.
pub(crate) struct LossyLink {
    pub(crate) address: SocketAddr,
    carried: tokio::task::JoinHandle<std::io::Result<usize>>,
}

impl LossyLink {
    /// Lays the link to a server.
    pub(crate) async fn to(server: SocketAddr) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let carried = tokio::spawn(async move {
            let (mut near, _) = listener.accept().await?;
            let mut far = TcpStream::connect(server).await?;
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let (mut read_near, mut write_near) = near.split();
                let (mut read_far, mut write_far) = far.split();
                let mut answer = [0; 1];
                tokio::select! {
                    read = read_near.read(&mut buffer) => match read? {
                        0 => return Ok(0),
                        sent => write_far.write_all(&buffer[..sent]).await?,
                    },
                    // The answer is on its way: by now the server has committed. It is lost here.
                    lost = read_far.read(&mut answer) => {
                        write_near.shutdown().await?;
                        return lost;
                    }
                }
            }
        });
        Ok(Self { address, carried })
    }

    /// Whether an answer was lost on it.
    pub(crate) async fn lost_an_answer(self) -> Result<bool, Failure> {
        let lost = self.carried.await.map_err(|error| Failure::usage(format!("the link broke: {error}")))?;
        Ok(lost? > 0)
    }
}
