//! Which of all scenarios a run was about.

use invite_spec::requirement::Profile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which of all scenarios a run was about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The patterns of ids that were asked for; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The profiles that were asked for; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// Which shard of them it was, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardPart>,
    /// Whether the scenarios are others than the suite's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
}

/// Which of the selected scenarios a shard held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShardPart {
    /// Which shard.
    pub shard: Shard,
    /// How many scenarios all shards hold together.
    pub scenarios: usize,
    /// The places of this shard's scenarios among them, from 0.
    pub places: Vec<usize>,
}

/// One of several parts of a run, written as `2/3`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Shard {
    /// Which, from 1.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

/// What is no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a shard is written as I/N, such as 2/3, with I from 1 to N")]
pub struct BadShard;

impl Part {
    /// Whether it was about all of them.
    pub fn is_whole(&self) -> bool {
        *self == Part::default()
    }
}

impl Shard {
    /// The places of this shard among things of these costs: every place is in exactly one of the
    /// shards, and what each shard costs differs by little. The same costs always give the same.
    ///
    /// The dearest first, each to the shard that has the least so far.
    pub fn places(self, costs: &[usize]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..costs.len()).collect();
        order.sort_by_key(|place| (std::cmp::Reverse(costs[*place]), *place));
        let mut loads = vec![(0_usize, 0_usize); self.of];
        let mut own = Vec::new();
        for place in order {
            // Of equally laden ones the one with fewer things: none stays empty.
            let least = (0..self.of).min_by_key(|shard| (loads[*shard], *shard)).unwrap_or(0);
            loads[least].0 += costs[place];
            loads[least].1 += 1;
            if least + 1 == self.index {
                own.push(place);
            }
        }
        own.sort_unstable();
        own
    }
}

/// The scenarios, in words.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profiles = self.profiles.iter().map(|profile| format!("--profile {profile}"));
        let only = (!self.only.is_empty()).then(|| format!("--only {}", self.only.join(",")));
        let shard = self.shard.iter().map(|part| format!("--shard {}", part.shard));
        let flags: Vec<String> = profiles.chain(only).chain(shard).collect();
        f.pad(&if flags.is_empty() { "all scenarios".to_owned() } else { flags.join(" ") })
    }
}

impl FromStr for Shard {
    type Err = BadShard;

    fn from_str(text: &str) -> Result<Shard, BadShard> {
        let (index, of) = text.split_once('/').ok_or(BadShard)?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<usize>().ok().filter(|_| is_number).ok_or(BadShard)
        };
        let shard = Shard { index: number(index)?, of: number(of)? };
        if (1..=shard.of).contains(&shard.index) { Ok(shard) } else { Err(BadShard) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, of: 3 }));
        assert_eq!("1/1".parse::<Shard>().map(|shard| shard.to_string()), Ok("1/1".to_owned()));
        for bad in ["0/3", "4/3", "1/0", "x/y", "1", "", "/", "1/", "-1/3", "+1/3", "1/2/3"] {
            assert_eq!(bad.parse::<Shard>(), Err(BadShard), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_place_is_in_one_shard_and_no_shard_is_much_dearer(
            costs in prop::collection::vec(1..20_usize, 1..60),
            of in 1..8_usize,
        ) {
            let shards: Vec<Vec<usize>> =
                (1..=of).map(|index| Shard { index, of }.places(&costs)).collect();
            let mut all: Vec<usize> = shards.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..costs.len()).collect::<Vec<_>>());
            prop_assert!(shards.iter().all(|shard| shard.is_sorted()));
            let loads: Vec<usize> =
                shards.iter().map(|shard| shard.iter().map(|place| costs[*place]).sum()).collect();
            let dearest = costs.iter().max().copied().unwrap_or(0);
            prop_assert!(loads.iter().max() <= loads.iter().min().map(|min| min + dearest).as_ref());
            if costs.len() >= of {
                prop_assert!(shards.iter().all(|shard| !shard.is_empty()));
            }
        }
    }
}
