//! The unmodified real clients against the server.
//!
//! The clients are not part of this repository. `.ci/interop-clients` installs them below the target
//! directory. If one is missing, its tests report that on standard error and pass; with
//! `INVITE_INTEROP=required` they fail.
//!
//! | variable | instead of |
//! | --- | --- |
//! | `INVITE_PYTHON` | the Python of `target/interop-python`, or `python3` if it has the client |
//! | `INVITE_NODE_MODULES` | `target/interop-node/node_modules` |
//! | `INVITE_CHROMIUM` | `chromium`, from the `PATH` |

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

#[path = "interop/claims.rs"]
mod claims;
#[path = "interop/clients.rs"]
mod clients;
#[path = "interop/console.rs"]
mod console;
#[path = "interop/rest_client.rs"]
mod rest_client;
#[path = "interop/scene.rs"]
mod scene;
#[path = "interop/web_sdk.rs"]
mod web_sdk;
