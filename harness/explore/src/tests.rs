//! Walks as a whole: what the same seed makes, and that what is made can be run.

use crate::asides::ASIDES;
use crate::generator::is_unsettled;
use crate::model::{
    Act, Check, Credential, Grant, Invitee, Move, Person, Room, Session, Setting, Shown, Token,
    World, Wrong,
};
use crate::reductions;
use crate::script::{Heading, Muted, Script, Trail};
use crate::walk::{Alike, Step, Walk};
use crate::{Generator, Shape};
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Feature;

const PROTECTED: Setting = Setting { protects: true };
const ALICE: Session = Session { person: Person(0), device: 0 };
const BOB: Session = Session { person: Person(1), device: 0 };
const PHONE: Session = Session { person: Person(1), device: 1 };
const CAROL: Session = Session { person: Person(2), device: 0 };
const ROOM: Room = Room(1);

fn generator(seed: u64) -> Generator {
    Generator::new(Shape {
        seed,
        people: 4,
        length: 24,
        claims: Feature::ALL.into_iter().collect(),
        settings: vec![PROTECTED, Setting { protects: false }],
        first_of_two: Some(PROTECTED),
    })
}

fn text(walk: &Walk) -> String {
    let script = Script::of(walk, &Feature::ALL.into_iter().collect()).unwrap();
    let heading =
        Heading { id: walk.id.clone(), title: "A walk.".to_owned(), ..Heading::default() };
    script.text(&heading, &Muted::new())
}

#[test]
fn the_same_seed_makes_the_same_walks_to_the_byte() {
    let all = |seed| {
        let mut generator = generator(seed);
        (0..100).map(|_| text(&generator.walk())).collect::<Vec<String>>()
    };
    let first = all(7);
    assert_eq!(first, all(7));
    assert_ne!(first, all(8));
    assert_ne!(first[0], first[1]);
}

#[test]
fn each_walk_is_a_scenario_that_can_be_run() {
    let mut generator = generator(3);
    for _ in 0..300 {
        let walk = generator.walk();
        let source = text(&walk);
        let read = invite_scenario::parse(&format!("{}.yaml", walk.id), &source);
        assert!(read.is_ok(), "{:?}\n{source}", read.err());
        assert!(walk.steps.len() > 10, "{source}");
    }
}

#[test]
fn a_call_that_a_target_may_accept_or_half_refuse_comes_last() {
    let mut generator = generator(11);
    let mut last = 0;
    for _ in 0..200 {
        let walk = generator.walk();
        let mut trail = Trail::new();
        for (place, step) in walk.steps.iter().enumerate() {
            if is_unsettled(step, trail.world(), walk.setting) {
                assert_eq!(place + 1, walk.steps.len(), "{walk:?}");
                last += 1;
            }
            assert!(trail.take(step, &walk));
        }
    }
    assert!(last > 150, "{last}");
}

#[test]
fn only_who_is_free_is_rung_besides() {
    let mut generator = generator(3);
    let mut rung = 0;
    for _ in 0..200 {
        let walk = generator.walk();
        let mut trail = Trail::new();
        for step in &walk.steps {
            for one in step.moves() {
                let Act::Aside { which, by, .. } = one.act else { continue };
                if ASIDES[which].rings() {
                    assert!(trail.world().is_free(by), "{walk:?}");
                    rung += 1;
                }
            }
            assert!(trail.take(step, &walk));
        }
    }
    assert!(rung > 10, "{rung}");
    let which = ASIDES.iter().position(crate::asides::Aside::rings).unwrap();
    let aside = step(9, Act::Aside { which, by: ALICE, other: BOB.person });
    let create =
        Act::RestCreate { owner: ALICE.person, alias: None, ttl: true, invited: Vec::new() };
    let acts = [Act::Open(vec![ALICE, BOB]), create, join(ALICE, own(ALICE))];
    let steps = (0..).zip(acts).map(|(number, act)| step(number, act)).collect();
    let walk = walk_of(steps);
    let mut trail = Trail::new();
    let mut seen = Vec::new();
    for step in &walk.steps {
        assert!(trail.take(step, &walk));
        seen.push(trail.sees(&aside, &walk).is_some());
    }
    assert_eq!(seen, [true, true, false], "whoever is in a conference is not rung");
    assert!(after(Vec::new()).is_free(ALICE));
    assert!(!after(vec![join(ALICE, own(ALICE))]).is_free(ALICE));
    assert!(!after(Vec::new()).is_free(BOB), "Bob has a second session");
}

#[test]
fn what_was_tried_least_is_preferred() {
    let mut generator = generator(1);
    (0..300).for_each(|_| drop(generator.walk()));
    let (seen, reachable) = generator.cells().seen();
    assert!(seen * 100 >= reachable * 90, "{seen} of {reachable}");
    assert!(reachable > 400, "{reachable}");
}

#[test]
fn every_smaller_walk_makes_sense_and_is_another_one() {
    let mut generator = generator(5);
    let walk = generator.walk();
    let cuts = reductions::cuts(&walk);
    assert!(cuts.len() >= walk.steps.len() / 2, "{}", cuts.len());
    for smaller in cuts.iter().chain(&reductions::simplifications(&walk)) {
        assert_ne!(*smaller, walk);
        assert_eq!(reductions::sensible(smaller).as_ref(), Some(smaller));
        text(smaller);
    }
    // Cutting goes on to the end: from any walk to a single step.
    let mut small = walk;
    while let Some(smaller) = reductions::cuts(&small).into_iter().min_by_key(|it| it.steps.len()) {
        assert!(smaller.moves().count() < small.moves().count());
        small = smaller;
    }
    assert_eq!(small.moves().count(), 1);
}

/// A walk of these steps, in an application whose conferences are protected.
fn walk_of(steps: Vec<Step>) -> Walk {
    Walk { id: "walk-1".to_owned(), setting: PROTECTED, alike: Alike::Not, steps }
}

/// A move in which nothing is wrong.
fn plain(number: u16, act: Act) -> Move {
    Move { number, act, wrong: None }
}

/// The same, as a step.
fn step(number: u16, act: Act) -> Step {
    Step::One(plain(number, act))
}

/// The world after some moves that must all be accepted, in which Alice owns a protected conference.
fn after(acts: Vec<Act>) -> World {
    let create = Act::RestCreate {
        owner: ALICE.person,
        alias: Some(0),
        ttl: true,
        invited: vec![invitee(BOB.person, &[Permission::Join])],
    };
    let mut world = World::default();
    let first = vec![Act::Open(vec![ALICE, BOB, PHONE]), create];
    for (number, act) in first.into_iter().chain(acts).enumerate() {
        let step = Move { number: u16::try_from(number).unwrap(), act, wrong: None };
        let mut branches = world.outcomes(&step, PROTECTED).unwrap();
        let accepted = branches.iter().position(|branch| branch.accepted);
        world = branches.swap_remove(accepted.unwrap()).next;
    }
    world
}

fn invitee(person: Person, grants: &[Permission]) -> Invitee {
    let set: PermissionSet = grants.iter().copied().collect();
    Invitee { person, grant: Grant::These(set), notify: None }
}

fn join(by: Session, token: Shown) -> Act {
    Act::Join { by, room: ROOM, token, listener: false }
}

fn own(by: Session) -> Shown {
    Shown::This(Token { by: 1, person: by.person })
}

fn send(by: Session) -> Act {
    let text = crate::model::Text::Short(9);
    Act::Send { by, room: ROOM, text, token: Shown::Usual }
}

/// What must come of a call: accepted or refused, and by which requirement.
#[track_caller]
fn expect(
    world: &World,
    act: Act,
    wrong: Option<Wrong>,
    accepted: &[bool],
    requires: RequirementId,
) {
    let branches = world.outcomes(&Move { number: 99, act, wrong }, PROTECTED).unwrap();
    let all: Vec<bool> = branches.iter().map(|branch| branch.accepted).collect();
    assert_eq!(all, accepted);
    assert_eq!(branches[0].requires, requires);
}

#[test]
fn a_protected_conference_is_joined_with_ones_own_valid_token_only() {
    let world = after(vec![]);
    expect(&world, join(ALICE, own(ALICE)), None, &[true], id::JOIN_001);
    expect(&world, join(BOB, own(BOB)), None, &[true], id::JOIN_007);
    expect(&world, join(BOB, Shown::Absent), None, &[false], id::JOIN_010);
    expect(&world, join(BOB, own(ALICE)), None, &[false], id::JOIN_011);
    expect(&world, join(BOB, Shown::Client), None, &[false], id::JOIN_016);
}

#[test]
fn an_update_revokes_and_a_kick_is_for_good() {
    let update = Act::RestUpdate { room: ROOM, grants: vec![(BOB.person, Grant::Unsaid)] };
    let world = after(vec![update]);
    expect(&world, join(BOB, own(BOB)), None, &[false], id::PRM_016);
    let world =
        after(vec![join(BOB, own(BOB)), Act::RestKick { room: ROOM, people: vec![BOB.person] }]);
    expect(&world, join(PHONE, own(BOB)), None, &[false], id::KCK_005);
}

#[test]
fn whoever_is_not_in_does_not_act_and_whoever_is_needs_the_permission() {
    let world = after(vec![join(ALICE, own(ALICE))]);
    let kick = |by, person| Act::SdkKick { by, room: ROOM, person, token: Shown::Usual };
    expect(&world, kick(ALICE, BOB.person), None, &[true, false], id::KCK_002);
    let world = after(vec![join(ALICE, own(ALICE)), join(BOB, own(BOB))]);
    expect(&world, send(ALICE), None, &[true], id::MSG_001);
    expect(&world, send(BOB), None, &[false], id::MSG_004);
    let outside = |by, token| Act::SdkInvite {
        by,
        room: ROOM,
        invited: vec![invitee(Person(2), &[Permission::Join])],
        token,
    };
    expect(&world, outside(PHONE, Shown::Usual), None, &[false], id::INV_029);
    // Its person is in, by another session, and it shows the right token: that is left open.
    let tablet = Session { person: ALICE.person, device: 1 };
    let opened = [Act::Open(vec![tablet])];
    let of_owner = plain(99, outside(tablet, own(ALICE)));
    let inside = after([vec![join(ALICE, own(ALICE))], opened.to_vec()].concat());
    assert_eq!(inside.outcomes(&of_owner, PROTECTED), None);
    let before = after(opened.to_vec());
    assert!(before.outcomes(&of_owner, PROTECTED).is_some(), "nobody is in");
}

#[test]
fn what_rests_on_what_no_source_settles_is_put_down_to_that() {
    // What `null` means.
    let grant = Grant::Null;
    let null = Invitee { person: CAROL.person, grant, notify: None };
    let invited = Act::RestInvite { room: ROOM, invited: vec![null] };
    let world = after(vec![Act::Open(vec![CAROL]), invited]);
    let token = *world.tokens.keys().find(|it| it.person == CAROL.person).unwrap();
    expect(&world, join(CAROL, Shown::This(token)), None, &[true], id::PRM_004);
    // A first token after a second invitation.
    let again = invitee(BOB.person, &Permission::ALL);
    let world = after(vec![
        join(BOB, own(BOB)),
        Act::Leave { by: BOB, room: ROOM, token: Shown::Usual },
        Act::RestInvite { room: ROOM, invited: vec![again] },
    ]);
    expect(&world, join(BOB, own(BOB)), None, &[true], id::TOK_006);
    // Inviting whoever has left.
    let world = after(vec![
        join(ALICE, own(ALICE)),
        join(BOB, own(BOB)),
        Act::Leave { by: BOB, room: ROOM, token: Shown::Usual },
    ]);
    let again = invitee(BOB.person, &[Permission::Join]);
    let rest = Act::RestInvite { room: ROOM, invited: vec![again.clone()] };
    expect(&world, rest, None, &[true], id::INV_038);
    let sdk = Act::SdkInvite { by: ALICE, room: ROOM, invited: vec![again], token: Shown::Usual };
    expect(&world, sdk, None, &[true], id::INV_038);
}

#[test]
fn several_outcomes_are_all_kept() {
    // Somebody who is only invited: the kick may be refused, or count.
    let world = after(vec![]);
    let kick = Act::RestKick { room: ROOM, people: vec![BOB.person] };
    expect(&world, kick, None, &[true, false], id::KCK_001);
    // Without a ttl, nothing is known of a conference that was left by everybody.
    let mut emptied = after(vec![]);
    emptied.rooms.get_mut(&ROOM).unwrap().ttl = false;
    let mut world = emptied;
    for act in [join(ALICE, own(ALICE)), Act::Leave { by: ALICE, room: ROOM, token: Shown::Usual }]
    {
        let step = Move { number: 50, act, wrong: None };
        world = world.outcomes(&step, PROTECTED).unwrap().remove(0).next;
    }
    let again = Move { number: 51, act: join(ALICE, own(ALICE)), wrong: None };
    assert_eq!(world.outcomes(&again, PROTECTED), None);
}

#[test]
fn a_session_that_was_closed_may_have_left_the_conference_empty() {
    let own_room = |ttl| {
        let mut world = after(vec![]);
        world.rooms.get_mut(&ROOM).unwrap().ttl = ttl;
        for act in [join(ALICE, own(ALICE)), Act::Close(ALICE)] {
            let step = Move { number: 50, act, wrong: None };
            world = world.outcomes(&step, PROTECTED).unwrap().remove(0).next;
        }
        world
    };
    let joins = Move { number: 51, act: join(BOB, own(BOB)), wrong: None };
    assert!(own_room(true).outcomes(&joins, PROTECTED).is_some(), "it is kept for its ttl");
    assert_eq!(own_room(false).outcomes(&joins, PROTECTED), None, "it may be over");
}

#[test]
fn tokens_of_an_invitation_are_demanded_in_protected_conferences_alone() {
    let demands = |protected| {
        let mut world = after(vec![]);
        world.rooms.get_mut(&ROOM).unwrap().protected = protected;
        let invited = vec![invitee(Person(2), &[Permission::Join])];
        let act = Act::RestInvite { room: ROOM, invited };
        let branches = world.outcomes(&Move { number: 50, act, wrong: None }, PROTECTED).unwrap();
        let is_it = |check: &Check| matches!(check, Check::Answer { requires: id::INV_002, .. });
        branches.iter().flat_map(|branch| &branch.checks).any(is_it)
    };
    assert!(demands(true));
    assert!(!demands(false), "INV-004 leaves it open");
}

#[test]
fn a_wrong_request_is_refused_for_what_is_wrong_with_it_alone() {
    use crate::model::{Credential, Form};
    let world = after(vec![join(ALICE, own(ALICE)), join(BOB, own(BOB))]);
    let absent = Some(Wrong::Bearer(Credential::Absent));
    expect(&world, send(ALICE), absent, &[false], id::SES_004);
    expect(&world, send(ALICE), Some(Wrong::Body(Form::Truncated)), &[false], id::ERR_009);
    let list = Act::List { room: ROOM };
    expect(&world, list, Some(Wrong::OtherApplication), &[false], id::APP_003);
    // Bob may not send at all: what else is wrong would not show.
    let step = Move { number: 99, act: send(BOB), wrong: absent };
    assert_eq!(world.outcomes(&step, PROTECTED), None);
}

#[test]
fn of_calls_at_once_only_what_holds_in_every_order_is_expected() {
    let create = Act::RestCreate {
        owner: ALICE.person,
        alias: None,
        ttl: true,
        invited: vec![invitee(BOB.person, &[Permission::Join])],
    };
    let together = vec![
        Move { number: 2, act: join(BOB, own(BOB)), wrong: None },
        Move {
            number: 3,
            act: Act::RestKick { room: ROOM, people: vec![BOB.person] },
            wrong: None,
        },
    ];
    let walk = walk_of(vec![
        step(0, Act::Open(vec![ALICE, BOB])),
        step(1, create),
        Step::Together(together),
        step(4, join(BOB, own(BOB))),
    ]);
    let text = text(&walk);
    // Joined and then kicked, or kicked and then refused, or the kick was refused and Bob is in: the
    // last join is refused unless the kick was.
    assert_eq!(text.matches("outcome: any").count(), 3, "{text}");
    assert!(text.contains("requires: KCK-005"), "{text}");
    assert!(text.contains("\"kick refused, join accepted\""), "{text}");
}

#[test]
fn what_depends_on_an_order_that_no_answer_tells_is_not_expected() {
    let carol = Person(2);
    let create = Act::RestCreate { owner: ALICE.person, alias: None, ttl: true, invited: vec![] };
    let invite = Act::RestInvite { room: ROOM, invited: vec![invitee(BOB.person, &[])] };
    let granted = Grant::These(PermissionSet::from([Permission::Join]));
    let update = Act::RestUpdate { room: ROOM, grants: vec![(BOB.person, granted)] };
    let invited =
        Act::RestInvite { room: ROOM, invited: vec![invitee(BOB.person, &[Permission::Join])] };
    let message = Act::RestMessage {
        room: ROOM,
        from: ALICE.person,
        to: Some(vec![carol]),
        text: crate::model::Text::Short(1),
    };
    let owner = Token { by: 1, person: ALICE.person };
    let walk = walk_of(vec![
        step(0, Act::Open(vec![ALICE, BOB])),
        step(1, create),
        step(2, join(ALICE, Shown::This(owner))),
        step(3, invite),
        Step::Together(vec![plain(4, invited), plain(5, update)]),
        // It may be refused or not, and neither tells which of the two calls came first.
        step(6, message),
        step(7, join(BOB, Shown::This(Token { by: 4, person: BOB.person }))),
    ]);
    let text = text(&walk);
    assert!(text.contains("requires: MSG-007"), "{text}");
    assert!(!text.contains("step: join"), "{text}");
}

#[test]
fn nothing_is_on_its_way_when_a_session_opens_that_nobody_must_hear_of() {
    let create = Act::RestCreate {
        owner: ALICE.person,
        alias: None,
        ttl: true,
        invited: vec![invitee(BOB.person, &[Permission::Join])],
    };
    let walk = walk_of(vec![
        step(0, Act::Open(vec![ALICE])),
        step(1, create),
        step(2, join(ALICE, Shown::This(Token { by: 1, person: ALICE.person }))),
        step(3, Act::Open(vec![BOB])),
    ]);
    let text = text(&walk);
    let fence = text.find("check: {fence: alice, expect: []}").unwrap();
    let unheard = text.find("SES-011").unwrap();
    assert!(text.contains("open: {id: open, who: bob}"), "{text}");
    assert!(fence < unheard, "{text}");
}

#[test]
fn what_a_refused_create_left_behind_is_put_down_to_its_refusal() {
    let create =
        Act::RestCreate { owner: ALICE.person, alias: Some(1), ttl: false, invited: Vec::new() };
    let world = after(Vec::new());
    let wrong = Some(Wrong::Bearer(Credential::Garbage));
    let refused = Move { number: 40, act: create, wrong };
    let world = world.outcomes(&refused, PROTECTED).unwrap().remove(0).next;
    let again = plain(41, Act::SdkCreate { by: BOB, alias: Some(1), ttl: false });
    let branch = world.outcomes(&again, PROTECTED).unwrap().remove(0);
    let of_answer = |check: &Check| match check {
        Check::Answer { requires, value } => {
            value.pointer("/answer/~1isNew").is_some().then_some(*requires)
        }
        _ => None,
    };
    assert_eq!(branch.checks.iter().find_map(of_answer), Some(id::AUTH_004));
}
