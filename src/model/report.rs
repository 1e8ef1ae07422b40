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
