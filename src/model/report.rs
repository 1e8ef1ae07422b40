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

/// One run of a backup. Times are UNIX seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
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
