//! What the Web SDK reported, scene by scene.

use crate::claims::set;
use crate::clients::{self, NODE_CLIENT, OLDER_WEB_SDK, PLAYWRIGHT, WEB_SDK};
use invite_reference::{Application, Policy, Server, Settings};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::process::Command;
use tokio::runtime::Runtime;

/// The scenes of the script. Each has an application of its own, so that they are isolated.
const SCENES: [&str; 12] = [
    "refresh",
    "protected",
    "unprotected",
    "late",
    "rest",
    "listener",
    "switched",
    "reconnect",
    "claimed",
    "everybody",
    "ringing",
    "elsewhere",
];
/// The scene of the older Web SDK.
const OLDER: &str = "older";
const SECRET: &str = "secret";

/// All scenes are played once, in one browser: starting it is what takes time.
static PLAYED: LazyLock<Result<Vec<Value>, String>> = LazyLock::new(|| {
    let modules = clients::node_modules(&[NODE_CLIENT, WEB_SDK, PLAYWRIGHT])?;
    let chromium = clients::chromium()?;
    let older = older_sdk().is_ok().then_some(OLDER);
    let scenes = SCENES.into_iter().chain(older).collect();
    Ok(Runtime::new().expect("a runtime").block_on(play(modules, chromium, scenes)))
});

fn older_sdk() -> Result<PathBuf, String> {
    clients::node_modules(&[OLDER_WEB_SDK])
}

async fn play(modules: PathBuf, chromium: PathBuf, scenes: Vec<&str>) -> Vec<Value> {
    let application = |scene: &&str| match *scene {
        scene @ ("unprotected" | OLDER) => Application::new(scene, SECRET),
        scene => Application::new(scene, SECRET).protected(),
    };
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: scenes.iter().map(application).collect(),
        // A busy machine must not make participants time out.
        policy: Policy { lost_socket: Duration::from_secs(60), ..Policy::default() },
        ..Settings::default()
    };
    let server = Server::start(settings).unwrap();
    let mut command = Command::new("node");
    command.arg(clients::script("web_sdk.mjs")).arg(format!("http://{}", server.address()));
    command.arg(chromium).arg(SECRET).args(scenes).env("INVITE_NODE_MODULES", modules);
    clients::run(&mut command).await
}

/// What happened in one scene.
pub(crate) struct Scene {
    lines: Vec<Value>,
}

impl Scene {
    /// What happened in the scene of this name, which must have completed without errors; `None` if
    /// it could not be played.
    pub(crate) fn find(name: &str) -> Option<Scene> {
        let of_older = if name == OLDER { older_sdk().err() } else { None };
        let played = of_older.map_or_else(|| PLAYED.as_ref().map_err(String::clone), Err);
        let all = clients::or_skip(&format!("the Web SDK, scene `{name}`"), played)?;
        let lines: Vec<_> = all.iter().filter(|line| line["scene"] == name).collect();
        assert_eq!(lines.last().expect("the scene is played")["ended"], "well");
        // When the play is over, people leave in any order.
        let played = lines.into_iter().take_while(|line| line["curtain"].is_null());
        let lines: Vec<_> = played.cloned().collect();
        let trouble = lines.iter().find(|line| !line["trouble"].is_null());
        assert_eq!(trouble, None, "what must never happen");
        Some(Scene { lines })
    }

    /// What happened to a person: the lines with this field.
    fn lines<'a>(&'a self, who: &str, field: &str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["who"] == who && !line[field].is_null())
    }

    /// The events of this kind that a person's SDK emitted.
    pub(crate) fn events(&self, who: &str, event: &str) -> Vec<&Value> {
        self.lines(who, "event").filter(|line| line["event"] == event).collect()
    }

    /// The values of a field in the events of this kind, in order.
    pub(crate) fn reported(&self, who: &str, event: &str, field: &str) -> Vec<String> {
        let events = self.events(who, event);
        events.iter().map(|line| line[field].as_str().unwrap_or("null").to_owned()).collect()
    }

    /// What a person heard about a participant: `Added` and `Updated` with the status. Each event
    /// must name the participant by its external id.
    pub(crate) fn news(&self, who: &str, about: &str) -> Vec<String> {
        let about = self.lines(who, "event").filter(|line| line["externalId"] == about);
        let news = about.filter_map(|line| {
            let kind = line["event"].as_str()?.strip_prefix("participant")?;
            Some(format!("{kind} {}", line["status"].as_str()?))
        });
        news.collect()
    }

    /// The outcome of each action of this kind by a person.
    pub(crate) fn outcomes(&self, who: &str, action: &str) -> Vec<&Value> {
        let done = self.lines(who, "did").filter(|line| line["did"] == action);
        done.map(|line| if line["error"].is_null() { &line["result"] } else { &line["error"] })
            .collect()
    }

    /// The permissions that a person's SDK reported after each join.
    pub(crate) fn permissions_on_joining(&self, who: &str) -> Vec<BTreeSet<String>> {
        let joined = self.outcomes(who, "join").into_iter().chain(self.outcomes(who, "listen"));
        let joined = joined.filter(|outcome| !outcome["permissions"].is_null());
        joined.map(|outcome| set(&outcome["permissions"])).collect()
    }

    /// Checks that the server refused these calls and no others.
    pub(crate) fn refusals(&self) -> Vec<Value> {
        let refused = self.lines.iter().filter(|line| !line["refused"].is_null());
        refused.map(|line| json!([line["who"], line["refused"], line["status"]])).collect()
    }

    /// One value that a person's page reported.
    pub(crate) fn found(&self, who: &str, field: &str) -> &Value {
        self.lines(who, field).next().map_or(&Value::Null, |line| &line[field])
    }
}
