//! What a change may cost, in the domain's words. Risk is not the action: an update in place can expire backups.

use serde::{Deserialize, Serialize};

/// How much consent a risk needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    /// Can be undone by another apply.
    Reversible = 1,
    /// Reduces protection, or commits to something.
    Reduces = 2,
    /// Loses what no apply brings back.
    Irreversible = 3,
}

impl Tier {
    /// 1, 2 or 3.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// The kinds of risk, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RiskKind {
    /// Backups are deleted.
    DestroysBackups,
    /// Backups will expire that would have stayed.
    ExpiresBackups,
    /// Files on a server are overwritten.
    OverwritesFiles,
    /// Something is locked and can never be unlocked.
    LocksForever,
    /// A server is no longer backed up.
    StopsProtection,
    /// A server is backed up less well.
    WeakensProtection,
    /// An object stays in the cloud and nobody manages it.
    LosesTrack,
    /// A service is opened for the whole account.
    OpensService,
    /// Money is committed.
    SpendsMoney,
}

impl RiskKind {
    /// The consent that this kind needs.
    pub fn tier(self) -> Tier {
        match self {
            Self::DestroysBackups | Self::ExpiresBackups | Self::OverwritesFiles | Self::LocksForever => {
                Tier::Irreversible
            }
            Self::StopsProtection
            | Self::WeakensProtection
            | Self::LosesTrack
            | Self::OpensService
            | Self::SpendsMoney => Tier::Reduces,
        }
    }

    /// The name that users, scripts and policies see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DestroysBackups => "destroys-backups",
            Self::ExpiresBackups => "expires-backups",
            Self::OverwritesFiles => "overwrites-files",
            Self::LocksForever => "locks-forever",
            Self::StopsProtection => "stops-protection",
            Self::WeakensProtection => "weakens-protection",
            Self::LosesTrack => "loses-track",
            Self::OpensService => "opens-service",
            Self::SpendsMoney => "spends-money",
        }
    }
}

/// What would be lost, read live.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// How many recovery points.
    pub recovery_points: u64,
    /// Completion of the newest, UNIX seconds.
    pub newest: Option<i64>,
    /// Completion of the oldest, UNIX seconds.
    pub oldest: Option<i64>,
    /// Size of the protected data in the newest recovery point, bytes; `None` where the cloud does not say it.
    pub bytes: Option<u64>,
    /// Copies of these backups that are kept elsewhere.
    pub other_copies: u64,
}

/// One risk of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// Which kind.
    pub kind: RiskKind,
    /// What will happen, in words that continue "this ...".
    pub effect: String,
    /// The attribute whose change brings it; `None` where the action itself does.
    pub attribute: Option<String>,
    /// What is at stake, for irreversible risks; `None` where it could not be read or nothing can be.
    pub evidence: Option<Evidence>,
}

impl Risk {
    /// The consent that it needs.
    pub fn tier(&self) -> Tier {
        self.kind.tier()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worse_kinds_sort_first() {
        let mut kinds = [RiskKind::SpendsMoney, RiskKind::StopsProtection, RiskKind::DestroysBackups];
        kinds.sort();
        assert_eq!(kinds[0], RiskKind::DestroysBackups);
        assert!(kinds.windows(2).all(|pair| pair[0].tier() >= pair[1].tier()));
    }

    #[test]
    fn the_name_on_screen_is_the_name_in_json() {
        for kind in [RiskKind::DestroysBackups, RiskKind::LosesTrack, RiskKind::OpensService] {
            let json = serde_json::to_string(&kind).expect("a unit variant is always JSON");
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
        }
    }
}
