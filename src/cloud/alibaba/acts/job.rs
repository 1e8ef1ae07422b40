//! How jobs of this cloud say how far they are.

use crate::cloud::follow::Seen;
use crate::model::act::Ending;

/// What a listing says of a job: its state, how much is done in hundredths of a per cent, and why it failed. Words that
/// nobody has seen before are taken for work.
///
/// Source: HBR API 2017-09-08, `DescribeBackupJobs2` and `DescribeRestoreJobs2`, `Status`; the vendor's Essential
/// Edition skill, "Status Determination Logic".
pub fn seen(status: Option<String>, done: Option<i64>, error: Option<&str>) -> Seen {
    let why = |otherwise: &str| error.unwrap_or(otherwise).to_owned();
    let status = status.unwrap_or_default();
    Seen::Ended(match status.as_str() {
        "COMPLETE" => Ending::Done,
        "PARTIAL_COMPLETE" => Ending::Partial(why("the cloud does not say what is missing")),
        "FAILED" => Ending::Failed(why("the cloud does not say why")),
        "CANCELED" => Ending::Failed("somebody cancelled it".to_owned()),
        "EXPIRED" => Ending::Failed(why("it was not begun in time")),
        _ => return Seen::Working { status, done: done.and_then(|done| u64::try_from(done).ok()) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_ended_when_its_word_says_so() {
        let check = |status: &str, error: Option<&str>, expected: Option<Ending>| {
            let expected = expected
                .map_or_else(|| Seen::Working { status: status.to_owned(), done: Some(50) }, Seen::Ended);
            assert_eq!(seen(Some(status.to_owned()), Some(50), error), expected);
        };
        check("RUNNING", None, None);
        check("SOMETHING_NEW", None, None);
        check("COMPLETE", None, Some(Ending::Done));
        check("FAILED", None, Some(Ending::Failed("the cloud does not say why".to_owned())));
        check("FAILED", Some("disk full"), Some(Ending::Failed("disk full".to_owned())));
        check("CANCELED", None, Some(Ending::Failed("somebody cancelled it".to_owned())));
        check("EXPIRED", None, Some(Ending::Failed("it was not begun in time".to_owned())));
        let missing = "the cloud does not say what is missing".to_owned();
        check("PARTIAL_COMPLETE", None, Some(Ending::Partial(missing)));
    }
}
