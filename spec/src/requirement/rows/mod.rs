//! The rows, one file for each area.

use super::Area;

mod app;
mod auth;
mod cli;
mod cnf;
mod err;
mod inv;
mod join;
mod kck;
mod msg;
mod prm;
mod prt;
mod ses;
mod sub;
mod tok;
mod wire;

/// How many of the areas bind servers. The others bind clients.
pub(super) const OF_SERVERS: usize = 14;

/// The areas, in the order of the document: those for servers, then those for clients.
pub(super) static AREAS: [Area; OF_SERVERS + 1] = [
    auth::AREA,
    ses::AREA,
    cnf::AREA,
    inv::AREA,
    tok::AREA,
    prm::AREA,
    join::AREA,
    prt::AREA,
    kck::AREA,
    msg::AREA,
    sub::AREA,
    err::AREA,
    wire::AREA,
    app::AREA,
    cli::AREA,
];

#[cfg(test)]
mod tests {
    use super::super::{
        Basis, Document, GUIDE, Level, Requirement, Side, Source, all_of, areas_of, find,
    };
    use std::collections::BTreeSet;

    /// Every row, whichever side it binds.
    fn all() -> impl Iterator<Item = &'static Requirement> {
        all_of(Side::Server).chain(all_of(Side::Client))
    }

    fn areas() -> impl Iterator<Item = &'static super::super::Area> {
        areas_of(Side::Server).iter().chain(areas_of(Side::Client))
    }

    #[test]
    fn each_side_has_the_rows_that_bind_it() {
        for side in [Side::Server, Side::Client] {
            assert!(all_of(side).all(|row| row.side() == side), "{side}");
        }
        assert!(all_of(Side::Client).all(|row| row.id.as_str().starts_with("CLI-")));
    }

    fn cites(document: Document) -> impl Fn(&&Source) -> bool {
        move |source| source.document == document
    }

    /// The sentences of the guide that a row cites.
    fn guide_places(row: &Requirement) -> impl Iterator<Item = &'static str> {
        row.sources.iter().filter(cites(Document::Guide)).map(|source| source.at)
    }

    #[test]
    fn ids_are_well_formed_and_ascend_within_their_area() {
        for area in areas() {
            let mut last = 0;
            for row in area.rows {
                let (prefix, number) = row.id.as_str().split_once('-').unwrap();
                assert_eq!(prefix, area.prefix, "{}", row.id);
                assert!(number.len() == 3, "{}", row.id);
                assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{}", row.id);
                let number: u16 = number.parse().unwrap();
                assert!(number > last, "{} is out of order", row.id);
                last = number;
            }
        }
    }

    #[test]
    fn areas_are_distinct_and_not_empty() {
        let mut seen = BTreeSet::new();
        for area in areas() {
            assert!(seen.insert(area.prefix), "{} occurs twice", area.prefix);
            assert!(area.prefix.bytes().all(|byte| byte.is_ascii_uppercase()), "{}", area.prefix);
            assert!(!area.title.is_empty() && !area.rows.is_empty(), "{}", area.prefix);
        }
    }

    #[test]
    fn the_guide_is_numbered_without_gaps() {
        let mut last = ("", 0);
        for sentence in GUIDE {
            let (section, number) = sentence.at.rsplit_once(' ').expect(sentence.at);
            let number: u16 = number.parse().expect(sentence.at);
            let expected = if section == last.0 { last.1 + 1 } else { 1 };
            assert_eq!(number, expected, "{}", sentence.at);
            assert!(!sentence.says.is_empty(), "{}", sentence.at);
            last = (section, number);
        }
        let places: BTreeSet<_> = GUIDE.iter().map(|sentence| sentence.at).collect();
        assert_eq!(places.len(), GUIDE.len());
    }

    #[test]
    fn every_sentence_of_the_guide_has_a_row() {
        let cited: BTreeSet<_> = all().flat_map(guide_places).collect();
        for sentence in GUIDE {
            assert!(cited.contains(sentence.at), "no row cites '{}'", sentence.at);
        }
    }

    #[test]
    fn rows_cite_only_sentences_that_exist() {
        let places: BTreeSet<_> = GUIDE.iter().map(|sentence| sentence.at).collect();
        for row in all() {
            for at in guide_places(row) {
                assert!(places.contains(at), "{} cites '{at}'", row.id);
            }
        }
    }

    #[test]
    fn texts_contain_their_level_word_and_no_stronger_one() {
        for row in all() {
            let words: BTreeSet<_> =
                row.text.split(|letter: char| !letter.is_ascii_alphabetic()).collect();
            assert!(words.contains(row.level.to_string().as_str()), "{}", row.id);
            for stronger in [Level::Must, Level::Should].iter().filter(|level| **level < row.level)
            {
                assert!(!words.contains(stronger.to_string().as_str()), "{}", row.id);
            }
        }
    }

    #[test]
    fn the_basis_agrees_with_the_sources() {
        for row in all() {
            let ours = row.sources.iter().any(|it| it.document == Document::ThisSpecification);
            let others = row.sources.iter().any(|it| it.document != Document::ThisSpecification);
            match row.basis {
                Basis::Chosen => {
                    assert!(ours, "{} does not cite what this specification chose", row.id)
                }
                Basis::Documented | Basis::Observed => {
                    assert!(others && !ours, "{} cites no other source", row.id);
                }
            }
            let published = row.sources.iter().any(|it| it.document != Document::WebSdk);
            assert!(row.basis != Basis::Documented || published, "{} has no document", row.id);
        }
    }

    #[test]
    fn nothing_is_empty() {
        for row in all() {
            for text in [row.title, row.text, row.why] {
                assert!(!text.trim().is_empty(), "{}", row.id);
            }
            assert!(!row.sources.is_empty(), "{}", row.id);
            for source in row.sources {
                assert!(!source.at.trim().is_empty(), "{}", row.id);
                assert!(!source.evidence.trim().is_empty(), "{}", row.id);
            }
            assert!(row.excluded.is_none_or(|reason| reason.len() > 40), "{}", row.id);
        }
    }

    #[test]
    fn titles_are_short_and_unique() {
        let mut seen = BTreeSet::new();
        for row in all() {
            assert!(row.title.chars().count() <= 72, "{}", row.id);
            assert!(!row.title.ends_with('.'), "{}", row.id);
            assert!(seen.insert(row.title), "{} repeats a title", row.id);
        }
    }

    #[test]
    fn a_row_is_found_by_its_id_in_any_case() {
        for row in all() {
            let found = find(&row.id.as_str().to_ascii_lowercase()).map(|it| it.id);
            assert_eq!(found, Some(row.id));
        }
        assert!(find("INV-000").is_none());
    }
}
