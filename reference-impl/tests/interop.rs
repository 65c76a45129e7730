//! The unmodified real clients against the server: what they were made for is the final judge.
//!
//! The clients are no part of this repository. `.ci/interop-clients` installs them below the target
//! directory; where one is missing, its tests say so on standard error and pass. With
//! `INVITE_INTEROP=required` they fail instead.
//!
//! | variable | instead of |
//! | --- | --- |
//! | `INVITE_PYTHON` | the Python of `target/interop-python`, or `python3` if it has the client |
//! | `INVITE_NODE_MODULES` | `target/interop-node/node_modules` |
//! | `INVITE_CHROMIUM` | `chromium`, wherever `PATH` has it |

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

#[path = "interop/claims.rs"]
mod claims;
#[path = "interop/clients.rs"]
mod clients;
#[path = "interop/rest_client.rs"]
mod rest_client;
#[path = "interop/scene.rs"]
mod scene;
#[path = "interop/web_sdk.rs"]
mod web_sdk;
