//! Programs on a loopback port that are not servers of this protocol, or bad ones.

use invite_scenario::description::{Credentials, Planes, Target};
use invite_trace::{Deadlines, Feature};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The start of such a program.
pub(crate) type Starting = Pin<Box<dyn Future<Output = io::Result<Running>> + Send>>;

/// Boxes a start, so that tables can hold it.
pub(crate) fn starting(
    start: impl Future<Output = io::Result<Running>> + Send + 'static,
) -> Starting {
    Box::pin(start)
}

/// A running program. It accepts no new connection after it was dropped.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    scheme: &'static str,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// A port on which nothing listens.
    pub(super) async fn closed() -> io::Result<Running> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Ok(Running { address: listener.local_addr()?, scheme: "http", task: None })
    }

    /// The same program, described as one that speaks TLS.
    pub(super) fn into_https(mut self) -> Running {
        self.scheme = "https";
        self
    }

    /// How it is reached, with credentials that nobody checks and the default deadlines.
    pub(crate) fn target(&self) -> Target {
        let address = format!("{}://{}", self.scheme, self.address);
        let plane = || address.clone();
        Target {
            name: address.clone(),
            planes: Planes { auth: plane(), rest: plane(), session: plane(), socket: None },
            application: Credentials {
                key: "selftest-application".to_owned(),
                secret: "s3cr3t-that-nobody-may-see".to_owned(),
            },
            second_application: None,
            claims: Feature::ALL.into_iter().collect(),
            deadlines: Deadlines::default(),
            headers: BTreeMap::new(),
            hosts: Vec::new(),
            ca_cert: None,
            insecure: false,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Serves every connection by a function, on a free loopback port.
pub(super) async fn serve_each<F>(
    serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> io::Result<Running>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let serve = Arc::new(serve);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    Ok(Running { address, scheme: "http", task: Some(task) })
}
