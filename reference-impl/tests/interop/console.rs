//! The console in a real browser: an invitation is tried without any client.

use crate::clients::{self, PLAYWRIGHT, or_skip};
use invite_reference::{Application, Console, Server, Settings};
use serde_json::Value;
use tokio::process::Command;

#[tokio::test]
async fn an_invitation_can_be_tried_on_the_console() {
    let modules = clients::node_modules(&[PLAYWRIGHT]);
    let found = modules.and_then(|modules| Ok((modules, clients::chromium()?)));
    let Some((modules, chromium)) = or_skip("the console", found) else { return };
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("closed", "a secret").protected()],
        console: Console::Loopback,
        ..Settings::default()
    })
    .unwrap();
    let mut command = Command::new("node");
    command.arg(clients::script("console.mjs")).arg(server.url()).arg(chromium);
    command.env("INVITE_NODE_MODULES", modules);
    let lines = clients::run(&mut command).await;
    let trouble: Vec<&Value> = lines.iter().filter(|line| line.get("trouble").is_some()).collect();
    assert!(trouble.is_empty(), "{trouble:?}");
    let end = lines.last().unwrap();
    // As narrow as a telephone, and no token to be read.
    assert_eq!(
        *end,
        serde_json::json!({ "end": true, "tokens": false, "width": 390 }),
        "{lines:?}"
    );
}
