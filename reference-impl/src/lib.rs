//! The reference server of the protocol for conference invitations.
//!
//! | where | what |
//! | --- | --- |
//! | [`core`] | the protocol without I/O: commands in, responses and deliveries out |
//! | [`core::rules`] | the decisions of the protocol, by subject |
//! | [`Server`] | the HTTP and WebSocket shell around the core |
//! | [`mutants`] | deliberately wrong servers, for testing conformance suites |
//! | [`variants`] | right servers that look unusual, for the same |
//!
//! ```no_run
//! # async fn run() -> Result<(), invite_reference::StartError> {
//! use invite_reference::{Application, Server, Settings};
//!
//! let server = Server::start(Settings {
//!     listen: ([127, 0, 0, 1], 0).into(),
//!     applications: vec![Application::new("key", "secret").protected()],
//!     ..Settings::default()
//! })?;
//! println!("listening on {}", server.url());
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]
mod clock;
mod connection;
mod connections;
pub mod core;
mod descriptors;
mod entropy;
mod http;
mod hub;
pub mod mutants;
mod queue;
mod server;
mod settings;
mod socket;
mod tls;
mod told;
pub mod variants;

pub use crate::core::{Application, ApplicationError, Policy, Rules, Standard};
pub use descriptors::raise_descriptor_limit;
pub use server::{Server, StartError};
pub use settings::{Console, PublicUrl, PublicUrlError, Settings};
pub use tls::{Certificate, CertificateError, TlsFlags};
