//! The protocol for inviting people to a conference, as the Voxeet / Dolby.io Communications
//! clients speak it: typed payloads, endpoints as data, and numbered requirements.
//!
//! This crate knows no network and no async. Everything else in the workspace is made from it:
//! the reference server's routes, the harness's operations, the JSON Schemas, the document.
//!
//! | where | what |
//! | --- | --- |
//! | [`rest`] | the calls of an application server, one file an endpoint |
//! | [`sdk`] | the calls of a client, one file an endpoint |
//! | [`push`] | the frames that a server pushes over a client's WebSocket |
//! | [`client_frame`] | the two frames that a client sends |
//! | [`token`], [`permission`], [`participant`], [`error`], [`scope`] | what they share |
//! | [`endpoint`] | the table of all endpoints |
//! | [`example`] | an example of each call, for a shell and for JavaScript |
//! | [`payload`] | the registry of all payloads, with their schemas and examples |
//! | [`status`] | the classes of HTTP statuses |
//! | [`requirement`] | the catalogue of rules |
//! | [`glossary`] | the words that the documents use in a sense of their own |
//! | [`release`] | which requirements count, and what changed between releases |
//! | [`path`] | in which order to build a server |
//! | [`openapi`], [`asyncapi`] | the documents of the HTTP planes and of the WebSocket |
//! | [`document`] | the document that people read |
//! | [`artefact`] | the files generated from all of this |
//! | [`suggest`] | "did you mean": the nearest of the names that would have been right |

#![warn(missing_docs)]
pub mod artefact;
pub mod asyncapi;
pub mod client_frame;
mod components;
mod contract;
pub mod document;
pub mod endpoint;
pub mod error;
pub mod example;
pub mod glossary;
pub mod limits;
mod name;
pub mod openapi;
pub mod participant;
pub mod path;
pub mod payload;
pub mod permission;
pub mod push;
pub mod release;
pub mod requirement;
pub mod rest;
pub mod scope;
pub mod sdk;
pub mod status;
pub mod suggest;
pub mod token;
pub mod wire;
