//! What people ask of a cloud besides plans. Plain answers, which every cloud can give in its own way.

/// What came of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// In order; what was found.
    Fine(String),
    /// It works, and should be seen to.
    Doubtful(String),
    /// Not in order; what is wrong and what to do.
    Wrong(String),
    /// Nothing can be said without writing.
    Unknown(String),
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `credentials`, `hbr:DescribeBackupPlans`.
    pub subject: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Finding {
    /// What came of a look at the subject.
    pub fn new(subject: &str, outcome: Outcome) -> Self {
        Self { subject: subject.to_owned(), outcome }
    }
}

/// How the backup of a server is doing, in the words of the attribute `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// No plan backs the server up.
    NotActivated,
    /// The plan is paused.
    Paused,
    /// There was no backup job yet.
    Preparing,
    /// The latest job has made a recovery point.
    Normal,
    /// A job is at work, or about to be.
    BackingUp,
    /// The latest job was canceled.
    Canceled,
    /// The latest job has failed, or never ran.
    Abnormal,
    /// The cloud says something that we do not know.
    Unknown,
}

impl Health {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotActivated => "not-activated",
            Self::Paused => "paused",
            Self::Preparing => "preparing",
            Self::Normal => "normal",
            Self::BackingUp => "backing-up",
            Self::Canceled => "canceled",
            Self::Abnormal => "abnormal",
            Self::Unknown => "unknown",
        }
    }
}

/// What a job does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task {
    /// It makes a recovery point.
    #[default]
    Backup,
    /// It puts the content of one back.
    Restore,
}

impl Task {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Restore => "restore",
        }
    }
}

/// One run of a backup or of a restore. Times are UNIX seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// What it does.
    pub task: Task,
    /// Its id.
    pub id: String,
    /// Its state, in the cloud's word.
    pub status: String,
    /// When it was made.
    pub created: Option<i64>,
    /// When it ended.
    pub completed: Option<i64>,
    /// How much is done, in hundredths of a per cent.
    pub progress: Option<u64>,
    /// Bytes of the files that it backs up.
    pub bytes: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// The program on a server that makes its backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// Its state, in the cloud's word.
    pub status: String,
    /// Its version.
    pub version: Option<String>,
    /// When it was last heard of, in UNIX seconds.
    pub last_seen: Option<i64>,
    /// How it is, for what it is there for.
    pub condition: Condition,
}

/// How the program on a server is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// It makes backups.
    Works,
    /// It is not yet, or not now, what it should be.
    #[default]
    Waits,
    /// It will not work unless somebody sees to it.
    Broken,
}

/// How one server is backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStatus {
    /// The server's id.
    pub server: String,
    /// The id of what backs it up.
    pub plan: Option<String>,
    /// How that is doing.
    pub health: Health,
    /// The second of the day, UTC, at which it starts.
    pub starts_at: Option<u32>,
    /// The job that was started last.
    pub latest_job: Option<Job>,
    /// The program on the server, where it was asked for and there is one.
    pub agent: Option<Agent>,
}

impl ServerStatus {
    /// A server that nothing backs up.
    pub fn not_activated(server: &str) -> Self {
        Self {
            server: server.to_owned(),
            plan: None,
            health: Health::NotActivated,
            starts_at: None,
            latest_job: None,
            agent: None,
        }
    }
}

/// How much of the state of servers is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Plans and their latest jobs.
    Brief,
    /// The programs on the servers too.
    WithAgents,
}

/// What files can be restored from. Times are UNIX seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryPoint {
    /// Its id.
    pub id: String,
    /// The server whose files it holds.
    pub server: String,
    /// Whether it is whole, in the cloud's word.
    pub status: String,
    /// When its backup ended.
    pub completed: Option<i64>,
    /// When it will be gone.
    pub expires: Option<i64>,
    /// Bytes of the files in it.
    pub bytes: Option<u64>,
    /// The vault that holds it.
    pub vault: Option<String>,
    /// What a restore must name beside the id, where the cloud wants that.
    pub hash: Option<String>,
}

/// What an account protects, and what of it is free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes that cost nothing, for the whole account; `None` where nothing is free.
    pub free: Option<u64>,
    /// Bytes that count, of the whole account.
    pub used: u64,
    /// Servers that they belong to.
    pub servers: u64,
    /// The same by region, sorted by its name.
    pub regions: Vec<RegionUsage>,
}

/// What is protected in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionUsage {
    /// The region.
    pub region: String,
    /// Bytes that count.
    pub used: u64,
    /// Servers that they belong to.
    pub servers: u64,
}

impl Usage {
    /// Bytes of the free quota that are left.
    pub fn left(&self) -> u64 {
        self.free.unwrap_or(0).saturating_sub(self.used)
    }

    /// Bytes beyond the free quota.
    pub fn billed(&self) -> u64 {
        self.used.saturating_sub(self.free.unwrap_or(0))
    }
}

/// A server of the account, or another thing that is backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub sort: Sort,
    /// What it consists of and can be backed up in its place: the ids of its disks.
    pub parts: Vec<String>,
}

impl Server {
    /// How its backup is doing: its own, or else that of its parts, the worst of which counts.
    pub fn health(&self, of: impl Fn(&str) -> Option<Health>) -> Health {
        let of_part = |part: &String| of(part).unwrap_or(Health::NotActivated);
        let parts = || self.parts.iter().map(of_part).min_by_key(|health| Cover::of(*health, true));
        of(&self.id).or_else(parts).unwrap_or(Health::NotActivated)
    }
}

/// What can be backed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A desktop in the cloud.
    Desktop,
    /// A disk that no server holds.
    Disk,
    /// A file system.
    FileSystem,
    /// A server.
    Server,
}

impl Sort {
    /// As people call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Disk => "disk",
            Self::FileSystem => "file system",
            Self::Server => "server",
        }
    }
}

/// How well a server is covered, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Nothing backs it up.
    Missing,
    /// Its latest backup failed or was canceled, or nobody can tell.
    Failing,
    /// Its backups are paused.
    Paused,
    /// It is backed up, and nothing in the configuration or the state says so.
    Unmanaged,
    /// It is backed up, and under management.
    Covered,
}

impl Cover {
    /// What the state of its backup means for a server.
    pub fn of(health: Health, is_managed: bool) -> Self {
        match health {
            Health::NotActivated => Self::Missing,
            Health::Abnormal | Health::Canceled | Health::Unknown => Self::Failing,
            Health::Paused => Self::Paused,
            Health::Preparing | Health::Normal | Health::BackingUp if !is_managed => Self::Unmanaged,
            Health::Preparing | Health::Normal | Health::BackingUp => Self::Covered,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "no backup",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::Unmanaged => "unmanaged",
            Self::Covered => "covered",
        }
    }

    /// Whether the server's files of today will be lost with the server.
    pub fn is_unprotected(self) -> bool {
        match self {
            Self::Missing | Self::Failing | Self::Paused => true,
            Self::Unmanaged | Self::Covered => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_quota_is_used_up_before_anything_costs() {
        let check = |free: Option<u64>, used: u64, left: u64, billed: u64| {
            let usage = Usage { free, used, ..Usage::default() };
            assert_eq!((usage.left(), usage.billed()), (left, billed), "{free:?} {used}");
        };
        check(Some(100), 0, 100, 0);
        check(Some(100), 100, 0, 0);
        check(Some(100), 140, 0, 40);
        check(None, 5, 0, 5);
    }

    #[test]
    fn only_a_backup_that_runs_protects() {
        let check = |health: Health, is_managed: bool, word: &str, unprotected: bool| {
            let cover = Cover::of(health, is_managed);
            assert_eq!((cover.word(), cover.is_unprotected()), (word, unprotected), "{health:?}");
        };
        check(Health::NotActivated, true, "no backup", true);
        check(Health::Paused, false, "paused", true);
        check(Health::Abnormal, true, "failing", true);
        check(Health::Canceled, true, "failing", true);
        check(Health::Unknown, true, "failing", true);
        check(Health::Preparing, true, "covered", false);
        check(Health::Normal, false, "unmanaged", false);
        check(Health::BackingUp, true, "covered", false);
    }

    #[test]
    fn a_server_is_as_well_as_the_worst_of_its_parts() {
        let check = |of: &[(&str, Health)], expected: Health| {
            let parts = vec!["d1".to_owned(), "d2".to_owned()];
            let server = Server { id: "s".to_owned(), name: None, sort: Sort::Server, parts };
            let found = server.health(|id| of.iter().find(|(own, _)| *own == id).map(|(_, health)| *health));
            assert_eq!(found, expected, "{of:?}");
        };
        check(&[], Health::NotActivated);
        check(&[("s", Health::Paused), ("d1", Health::Normal)], Health::Paused);
        check(&[("d1", Health::Normal), ("d2", Health::Normal)], Health::Normal);
        check(&[("d1", Health::Normal)], Health::NotActivated);
        check(&[("d1", Health::Normal), ("d2", Health::Abnormal)], Health::Abnormal);
    }
}
