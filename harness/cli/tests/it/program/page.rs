//! The page of a run: its links, the bodies of its failures, its timeline, and whether it fits a phone.

use super::process;
use super::wrong::Run;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

const SCENARIOS: [&str; 2] = ["permissions-rest-default", "invite-rest-notified"];

/// A server that grants too much.
async fn failing() -> Run {
    Run::of(Some("default-is-everything"), &SCENARIOS).await
}

/// The values of an attribute, in order.
fn values<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let marked = format!(" {name}=\"");
    page.split(&marked).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn ids(page: &str) -> BTreeSet<&str> {
    let all = values(page, "id");
    let ids: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(ids.len(), all.len(), "an id that is not unique");
    ids
}

/// What stands at a piece of a page, up to the end of its element.
fn part<'p>(page: &'p str, begin: &str, end: &str) -> &'p str {
    let (_, rest) = page.split_once(begin).unwrap_or_else(|| panic!("no {begin}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end} after {begin}")).0
}

#[tokio::test]
async fn links_lead_to_parts_of_the_page_that_every_run_calls_the_same() {
    let (failing, right) = (failing().await.text("html"), Run::of(None, &SCENARIOS).await);
    let right = right.text("html");
    for page in [&failing, &right] {
        let ids = ids(page);
        let inner = values(page, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
        let lost: Vec<&str> = inner.filter(|id| !ids.contains(id)).collect();
        assert!(lost.is_empty(), "links to nowhere: {lost:?}");
        let shared: BTreeSet<&str> = page
            .split("<a class=\"share\" href=\"#")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let is_own = |id: &&&str| id.starts_with("failure-") || id.starts_with("scenario-");
        assert!(ids.iter().filter(is_own).all(|id| shared.contains(id)), "{shared:?}");
    }
    let (failing, right) = (ids(&failing), ids(&right));
    for id in ["failure-PRM-002", "PRM-002", "scenario-invite-rest-notified"] {
        assert!(failing.contains(id), "no #{id}");
        assert_eq!(right.contains(id), id != "failure-PRM-002", "#{id}");
    }
    let scenarios = |ids: &BTreeSet<&str>| -> Vec<String> {
        ids.iter().filter(|id| id.starts_with("scenario-")).map(ToString::to_string).collect()
    };
    assert_eq!(scenarios(&failing), scenarios(&right));
}

#[tokio::test]
async fn a_failure_shows_the_body_and_where_the_rest_of_it_is() {
    let mut run = failing().await;
    let page = run.text("html");
    let card = part(&page, "id=\"failure-PRM-002\"", "</article>");
    let marked: Vec<&str> = card.split("<mark>").skip(1).collect();
    assert!(marked[0].contains("&quot;${bob}&quot;: &quot;&lt;token-"), "{card}");
    assert!(marked[0].contains("\u{2190} /${bob}"), "{card}");
    assert!(marked[1].contains("&quot;authorities&quot;") && !card.contains("Shortened"), "{card}");
    assert!(!card.contains("eyJ"), "a token as it was sent: {card}");
    // The same, among much else.
    run.change(|record| {
        let scenarios = record["scenarios"].as_array_mut().unwrap().iter_mut();
        for scenario in scenarios {
            for entry in scenario["trace"]["entries"].as_array_mut().unwrap() {
                let answer = entry.pointer_mut("/event/answer/body/json");
                if let Some(fields) = answer.and_then(Value::as_object_mut) {
                    for n in 0..400 {
                        fields.insert(format!("more-{n}"), json!({ "<b>": "x".repeat(900) }));
                    }
                }
            }
        }
    });
    let page = run.text("html");
    let card = part(&page, "id=\"failure-PRM-002\"", "</article>");
    assert!(card.contains("\u{2190} /${bob}") && card.contains("{ 1 field }"), "{card}");
    assert!(!card.contains("<b>&quot;") && !card.contains("more-399"), "{card}");
    let whole = part(card, "at <code>/scenarios", "</code>");
    let entry = run.record.pointer(&format!("/scenarios{whole}")).unwrap();
    assert!(entry.pointer("/event/answer/body/json/more-399").is_some(), "{whole}: {entry}");
}

#[tokio::test]
async fn the_timeline_shows_when_each_scenario_ran() {
    let mut run = failing().await;
    // One from 0 to 2 s, the other from 1 s to 1.5 s.
    run.change(|record| {
        let times = [(0, 2_000_000), (1_000_000, 1_500_000)];
        for (scenario, (began, ended)) in
            record["scenarios"].as_array_mut().unwrap().iter_mut().zip(times)
        {
            let entries = scenario["trace"]["entries"].as_array_mut().unwrap();
            entries.iter_mut().for_each(|entry| entry["at_us"] = began.into());
            entries.last_mut().unwrap()["at_us"] = ended.into();
        }
    });
    let page = run.text("html");
    let timeline = part(&page, "<section id=\"timeline\"", "</ol>");
    assert!(timeline.contains("at most 2 at once"), "{timeline}");
    let bars: Vec<&str> = timeline.split("<rect class=\"bar ").skip(1).collect();
    let is_at = |bar: &str, x: &str, y: &str, width: &str| {
        bar.contains(&format!("x=\"{x}\" y=\"{y}\" width=\"{width}\""))
    };
    assert_eq!(bars.len(), 2, "{timeline}");
    assert!(is_at(bars[0], "16", "26", "1008") && bars[0].contains(": 2000 ms, "), "{timeline}");
    assert!(is_at(bars[1], "520", "42", "252") && bars[1].contains(": 500 ms, "), "{timeline}");
    let (_, slowest) = timeline.split_once("<ol class=\"slowest\"").unwrap();
    let (first, second) = (slowest.find("2000 ms").unwrap(), slowest.find("500 ms").unwrap());
    assert!(first < second, "{slowest}");
    // Nothing ran, nothing is shown.
    run.change(|record| {
        for scenario in record["scenarios"].as_array_mut().unwrap() {
            scenario["trace"]["entries"] = json!([]);
        }
        record["checks"] = json!([]);
    });
    assert!(!run.text("html").contains("class=\"timeline\""));
}

#[tokio::test]
async fn what_broke_in_the_harness_is_shown() {
    let mut run = failing().await;
    run.change(|record| {
        let checks = record["checks"].as_array_mut().unwrap();
        let mut broke = checks.iter().find(|check| check["verdict"] == "fail").unwrap().clone();
        broke["verdict"] = "error".into();
        broke.as_object_mut().unwrap().remove("requirement");
        checks.push(broke);
    });
    assert!(run.text("html").contains("<h2>The harness broke in "));
}

/// A page around one in a frame, as a window cannot be as narrow as a phone. When both are loaded, what it
/// measures of the inner one becomes its title: nothing waits for a time.
const AROUND: &str = "<!DOCTYPE html><title></title>
<iframe width='WIDTH' height='844' style='border: 0' src='page.html#scenario-invite-rest-notified'></iframe>
<script>onload = () => {
    const inner = frames[0], page = inner.document;
    const is_beyond = (one) => !one.closest('.wide') && one.getBoundingClientRect().right > inner.innerWidth + 1;
    const row = page.querySelector('.row:has(#scenario-invite-rest-notified)');
    row.dispatchEvent(new Event('toggle'));
    document.title = JSON.stringify({
        width: inner.innerWidth, scrolls: page.documentElement.scrollWidth,
        beyond: [...page.querySelectorAll('body *')].filter(is_beyond).map((one) => one.className),
        open: row.open, messages: row.querySelectorAll('.trace li').length, down: inner.scrollY,
    });
}</script>";

/// By a browser, if there is one.
#[tokio::test]
async fn a_page_fits_a_phone_and_opens_what_its_address_names() {
    let works = |name: &&str| {
        Command::new(name).arg("--version").output().is_ok_and(|it| it.status.success())
    };
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(works)
    else {
        eprintln!("SKIPPED: there is no Chromium");
        return;
    };
    let run = failing().await;
    let text = run.text("html");
    // Without its own script, too: a browser opens what is folded around the target of a link.
    let (before, own) = text.split_once("<script>\"use strict\";").unwrap();
    let (_, after) = own.split_once("</script>").unwrap();
    for (page, has_script) in [(text.clone(), true), (format!("{before}{after}"), false)] {
        std::fs::write(run.path("page.html"), page).unwrap();
        for width in [390, 1280] {
            let found = measured(browser, &run, width);
            assert_eq!(found["width"], width, "{found}");
            assert!(found["scrolls"].as_u64() <= Some(width), "it scrolls sideways: {found}");
            assert_eq!(found["beyond"], json!([]), "{found}");
            assert_eq!(found["open"], true, "{found}");
            assert_eq!(found["messages"].as_u64() > Some(0), has_script, "{found}");
            assert!(!has_script || found["down"].as_f64() > Some(0.0), "not scrolled: {found}");
        }
    }
}

/// What is measured of the page in a frame of this width.
fn measured(browser: &str, run: &Run, width: u64) -> Value {
    let around = AROUND.replace("WIDTH", &width.to_string());
    std::fs::write(run.path("around.html"), around).unwrap();
    let mut command = Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    // The page around may look into the frame.
    command.args(["--allow-file-access-from-files", "--window-size=1400,1000"]);
    command.arg(format!("--user-data-dir={}", run.path("profile").display()));
    command.arg(format!("file://{}", run.path("around.html").display()));
    let outcome = process::run(command);
    let title = part(&outcome.stdout, "<title>", "</title>");
    serde_json::from_str(title).unwrap_or_else(|error| panic!("{error}: {title}"))
}
