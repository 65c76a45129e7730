//! What a report says besides the verdicts, as data: so that every format says the same.

use super::Record;
use invite_record::baseline::{Baselined, Entry, State};
use invite_record::snapshot::{Change, Compared};
use invite_spec::requirement::RequirementId;
use invite_trace::{At, Check, Ended, Verdict};

/// A heading with what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// How it is to be taken.
    pub tone: Tone,
    /// What stands under it.
    pub items: Vec<Item>,
}

/// How a section is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It makes the run fail.
    Bad,
    /// It should be known.
    Note,
}

/// One paragraph, and what explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The paragraph.
    pub text: String,
    /// What explains it.
    pub details: Vec<String>,
}

impl Item {
    pub(crate) fn new(text: impl Into<String>) -> Item {
        Item { text: text.into(), details: Vec::new() }
    }

    pub(crate) fn with(mut self, details: impl IntoIterator<Item = String>) -> Item {
        self.details.extend(details);
        self
    }
}

/// What a report says besides the verdicts: nothing, for most runs.
pub fn sections(record: &Record) -> Vec<Section> {
    let mut found = Vec::new();
    if let Some(baselined) = &record.baseline {
        baseline(baselined, &mut found);
    }
    let unclaimed = record.unclaimed.iter().map(|it| {
        let how = "claim it in the description (`claims`), and it is judged";
        let words = format!("`{}`, as {} showed: {how}", it.feature, it.scenario);
        Item::new(words)
    });
    found.push(Section {
        title: "Tried once more, alone, before anybody was blamed".to_owned(),
        tone: Tone::Note,
        items: retried(record).collect(),
    });
    found.push(Section {
        title: "Mended since it was found".to_owned(),
        tone: Tone::Note,
        items: mended(record).collect(),
    });
    found.push(Section {
        title: "Tokens and headers may go to other hosts".to_owned(),
        tone: Tone::Note,
        items: record
            .target
            .hosts
            .iter()
            .map(|host| Item::new(format!("{host}, as the description allows (`hosts`)")))
            .collect(),
    });
    found.push(Section {
        title: "Served, but not claimed".to_owned(),
        tone: Tone::Note,
        items: unclaimed.collect(),
    });
    found.push(Section {
        title: "Not judged, though it counts".to_owned(),
        tone: Tone::Note,
        items: unjudged(record).collect(),
    });
    found.retain(|section| !section.items.is_empty());
    if let Some(title) = left_out(record) {
        found.push(Section { title, tone: Tone::Note, items: Vec::new() });
    }
    if let Some(compared) = &record.snapshots {
        found.push(snapshots(compared));
    }
    found
}

/// Words as the beginning of a line.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// That slow scenarios were not run, if there are any.
fn left_out(record: &Record) -> Option<String> {
    match record.left_out.len() {
        0 => None,
        1 => Some("1 slow scenario was not run; --slow runs it".to_owned()),
        count => Some(format!("{count} slow scenarios were not run; --slow runs them")),
    }
}

/// The scenarios whose first try may have failed by chance.
fn retried(record: &Record) -> impl Iterator<Item = Item> {
    record.scenarios.iter().filter_map(|scenario| {
        let first = scenario.retried_alone.as_ref()?;
        let second = match &scenario.trace.as_ref()?.ended {
            Ended::Complete => "the second try came to its end".to_owned(),
            Ended::Stopped(stop) if stop.reason.is_excused() => {
                "the second try came to an outcome that is allowed".to_owned()
            }
            Ended::Stopped(stop) => {
                format!(
                    "the second try: expected {}, saw {}",
                    stop.reason.expected(),
                    stop.reason.seen()
                )
            }
        };
        let first = format!("the first try: expected {}, saw {}", first.expected(), first.seen());
        Some(Item::new(&scenario.id).with([first, second]))
    })
}

/// The scenarios that were made to show a failure, and do not show it any more.
fn mended(record: &Record) -> impl Iterator<Item = Item> {
    record.scenarios.iter().filter_map(|scenario| {
        let failed = scenario.failed?;
        let of_it =
            |check: &&Check| check.scenario == scenario.id && check.requirement == Some(failed);
        let mut checks = record.checks.iter().filter(of_it).peekable();
        checks.peek()?;
        let holds = checks.all(|check| check.verdict() == Verdict::Pass);
        let title = failed.row().title;
        holds.then(|| Item::new(format!("{failed} {title} ({})", scenario.id)))
    })
}

/// What counts, and was not looked at by any scenario that was driven: none of it was shown to hold.
fn unjudged(record: &Record) -> impl Iterator<Item = Item> {
    let results = record.tally.requirements.iter();
    results.filter(|it| it.verdict == Verdict::Skip && it.counted).filter_map(|it| {
        let mut checks =
            record.checks.iter().filter(|check| check.requirement == Some(it.requirement));
        let reason = checks.find(|check| check.at != At::NotDriven)?.skipped()?;
        let title = it.requirement.row().title;
        Some(Item::new(format!("{} {title} ({reason})", it.requirement)))
    })
}

fn baseline(baselined: &Baselined, found: &mut Vec<Section>) {
    let file = &baselined.baseline.file;
    let assessment = &baselined.assessment;
    let of = |state: State, words: &'static str| {
        baselined.of(state).map(move |one| entry(file, one, words))
    };
    let bad =
        |title: &str, items: Vec<Item>| Section { title: title.into(), tone: Tone::Bad, items };
    let note =
        |title: &str, items: Vec<Item>| Section { title: title.into(), tone: Tone::Note, items };
    let place = |id: RequirementId, scenario: &str| format!("{id} {} ({scenario})", id.row().title);
    let new = assessment.new.iter().map(|it| Item::new(place(it.requirement, &it.scenario)));
    found.push(bad("New failures, which the baseline does not list", new.collect()));
    let unreached =
        assessment.unreached.iter().map(|it| Item::new(place(it.requirement, &it.scenario)));
    found.push(bad("Not reached, because of what the baseline does not list", unreached.collect()));
    let stale = of(State::Stale, "no longer fails: remove the entry");
    found.push(bad("Stale entries of the baseline", stale.collect()));
    let known: Vec<Item> = of(State::Known, "")
        .chain(of(State::FlakyFailed, "flaky: failed this time"))
        .chain(of(State::FlakyHeld, "flaky: held this time"))
        .collect();
    found.push(note("Known failures", known));
    let mut causes: Vec<(RequirementId, Vec<String>)> = Vec::new();
    for it in &assessment.excused {
        let place = format!("{} in {}", it.requirement, it.scenario);
        match causes.iter_mut().find(|(cause, _)| *cause == it.because_of) {
            Some((_, places)) => places.push(place),
            None => causes.push((it.because_of, vec![place])),
        }
    }
    let excused = causes
        .into_iter()
        .map(|(cause, places)| Item::new(format!("because of {cause}: {}", places.join(", "))));
    found.push(note("Not reached because of known failures, and not counted", excused.collect()));
    let idle: Vec<Item> = of(State::Expired, "expired: it counts no more")
        .chain(of(State::NotRun, "its scenario was not run"))
        .chain(of(State::NotReached, "not reached in this run"))
        .collect();
    found.push(note("Entries of the baseline that decided nothing", idle));
}

fn snapshots(compared: &Compared) -> Section {
    let folder = &compared.folder;
    let title = match (compared.is_first, compared.differs()) {
        (true, _) => format!("{} kinds of payload are written down in {folder}", compared.kinds),
        (false, false) => {
            format!("{} kinds of payload look as they do in {folder}", compared.kinds)
        }
        (false, true) if compared.is_accepted => {
            format!("Payloads that looked otherwise, taken over in {folder}")
        }
        (false, true) => format!("Payloads that look otherwise than in {folder}"),
    };
    let mut items: Vec<Item> = Vec::new();
    if !compared.is_first {
        items.extend(compared.changed.iter().map(|changed| {
            Item::new(&changed.name).with(changed.changes.iter().map(Change::words))
        }));
        items.extend(compared.new.iter().map(|name| Item::new(format!("{name} is new"))));
        items.extend(compared.gone.iter().map(|name| Item::new(format!("{name} was not seen"))));
    }
    if compared.differs() && !compared.is_accepted {
        items.push(Item::new(
            "what they look like now stands beside, in files that end in .snap.new: \
             `--accept-snapshots` takes it over, or `cargo insta review`",
        ));
    }
    let tone = if compared.fails() { Tone::Bad } else { Tone::Note };
    Section { title, tone, items }
}

fn entry(file: &str, entry: &Entry, words: &str) -> Item {
    let title = entry.requirement.row().title;
    let scenario = match entry.scenario.as_str() {
        "*" => "every scenario",
        one => one,
    };
    let mut reason = entry.reason.clone();
    if let Some(day) = entry.expires {
        reason.push_str(&format!(" (until {day})"));
    }
    let mut details = vec![reason];
    details.extend(entry.link.clone());
    let line = if words.is_empty() {
        format!("{file}:{}", entry.line)
    } else {
        format!("{file}:{}: {words}", entry.line)
    };
    details.push(line);
    Item::new(format!("{} {title} ({scenario})", entry.requirement)).with(details)
}
