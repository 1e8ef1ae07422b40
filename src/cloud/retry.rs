//! Whether a failed call is made again, and when: a pure policy. The caller waits and signs anew.

use std::time::Duration;

use super::error::{Error, ErrorKind};
use super::http::Reached;

/// The first pause without advice from the service; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// No pause is longer, whatever the service asks for: it is asked again instead.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long a service in trouble is tried. Terraform's provider tries reads for 5 minutes; people wait for this one.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a host that cannot be connected to is tried: a cable or a name is wrong, and waiting mends neither.
const PATIENCE_UNCONNECTED: Duration = Duration::from_secs(5);

/// How long an object is waited for that something else is at work on: backups of large servers take minutes.
const PATIENCE_BUSY: Duration = Duration::from_secs(900);

/// Throttling slows down and does not fail, so this is only a bound against for ever.
const PATIENCE_THROTTLED: Duration = Duration::from_secs(3600);

/// What a second call of the same kind would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing more than the first: reads, and writes that set a state.
    Harmless,
    /// Perhaps make a second object: only a call that surely had no effect is repeated here; after any other the
    /// caller looks first.
    MakesAnother,
}

/// How to go on after a failure.
///
/// `attempt` counts from 1, `elapsed` is the time since the first attempt began, `spread` is between 0 and 1 and keeps
/// callers that failed together from coming back together.
pub fn pause(
    error: &Error,
    repeat: Repeat,
    attempt: u32,
    elapsed: Duration,
    spread: f64,
) -> Option<Duration> {
    let patience = patience(error)?;
    if repeat == Repeat::MakesAnother && error.may_have_happened() {
        return None;
    }
    let pause = match error {
        Error::Api(error) => error.retry_after,
        Error::Credentials { .. }
        | Error::Garbled { .. }
        | Error::Incomplete { .. }
        | Error::ListingChanged { .. }
        | Error::Transport { .. }
        | Error::Unfinished { .. }
        | Error::UnknownKind { .. } => None,
    };
    let pause =
        pause.map_or_else(|| backoff(attempt, spread), |asked| asked + FIRST_PAUSE.mul_f64(spread / 5.0));
    let pause = pause.min(LONGEST_PAUSE);
    (elapsed + pause <= patience).then_some(pause)
}

/// How long failures of this sort are put up with; `None` when a repetition cannot help.
fn patience(error: &Error) -> Option<Duration> {
    match error.kind() {
        ErrorKind::Busy => Some(PATIENCE_BUSY),
        ErrorKind::Throttled => Some(PATIENCE_THROTTLED),
        ErrorKind::Transient => Some(PATIENCE),
        ErrorKind::Transport => transport_patience(error),
        // A garbled answer is repeated as a broken connection is: something on the way cut or changed it.
        ErrorKind::Garbled => matches!(error, Error::Garbled { .. }).then_some(PATIENCE_UNCONNECTED),
        ErrorKind::Account
        | ErrorKind::Auth
        | ErrorKind::ClockSkew
        | ErrorKind::Invalid
        | ErrorKind::NotActivated
        | ErrorKind::NotFound
        | ErrorKind::Permission => None,
    }
}

/// A connection that broke is worth more patience than one that never was.
fn transport_patience(error: &Error) -> Option<Duration> {
    match error {
        Error::Transport { source, .. } if source.is_transient() => Some(match source.reached() {
            Reached::Maybe => PATIENCE,
            Reached::No => PATIENCE_UNCONNECTED,
        }),
        _ => None,
    }
}

/// Twice as long each time, between half and the whole of it.
fn backoff(attempt: u32, spread: f64) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(16));
    doubled.min(LONGEST_PAUSE).mul_f64(0.5 + spread.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::error::{ApiError, Call, classify};
    use super::*;

    fn call() -> Call {
        Call { product: "hbr", action: "A", host: "h".into() }
    }

    fn api(status: u16, code: &str, retry_after: Option<u64>) -> Error {
        Error::Api(Box::new(ApiError {
            call: call(),
            status,
            code: code.into(),
            message: String::new(),
            request_id: None,
            retry_after: retry_after.map(Duration::from_millis),
            missing_permission: None,
            kind: classify(status, code),
            clock_difference: None,
        }))
    }

    fn check(error: &Error, repeat: Repeat, attempt: u32, elapsed: u64, expected: Option<u64>) {
        let pause = pause(error, repeat, attempt, Duration::from_secs(elapsed), 1.0);
        assert_eq!(pause.map(|pause| pause.as_millis()), expected.map(u128::from), "{error:?}");
    }

    #[test]
    fn pauses_double_up_to_a_cap() {
        let error = api(503, "ServiceUnavailable", None);
        check(&error, Repeat::Harmless, 1, 0, Some(500));
        check(&error, Repeat::Harmless, 2, 0, Some(1000));
        check(&error, Repeat::Harmless, 5, 0, Some(8000));
        check(&error, Repeat::Harmless, 40, 0, Some(60_000));
    }

    #[test]
    fn patience_ends() {
        check(&api(503, "ServiceUnavailable", None), Repeat::Harmless, 1, 120, None);
        check(&api(400, "Throttling", None), Repeat::Harmless, 1, 120, Some(500));
        check(&api(400, "Throttling", None), Repeat::Harmless, 1, 3600, None);
    }

    #[test]
    fn the_services_own_pause_is_kept() {
        check(&api(400, "Throttling.User", Some(2500)), Repeat::MakesAnother, 1, 0, Some(2600));
        check(&api(400, "Throttling.User", Some(900_000)), Repeat::Harmless, 1, 0, Some(60_000));
    }

    #[test]
    fn a_write_of_unknown_outcome_is_not_repeated_when_it_could_make_another() {
        check(&api(500, "InternalError", None), Repeat::MakesAnother, 1, 0, None);
        check(&api(500, "InternalError", None), Repeat::Harmless, 1, 0, Some(500));
        check(&api(400, "SignatureNonceUsed", None), Repeat::MakesAnother, 1, 0, Some(500));
    }

    #[test]
    fn what_a_repetition_cannot_mend_is_not_repeated() {
        for code in [
            "BadRequest",
            "Forbidden.RAM",
            "SignatureDoesNotMatch",
            "InvalidTimeStamp.Expired",
            "ResourceNotFound",
        ] {
            check(&api(400, code, None), Repeat::Harmless, 1, 0, None);
        }
    }

    #[test]
    fn a_garbled_read_is_repeated_and_a_garbled_create_is_not() {
        let garbled = Error::Garbled { call: call(), detail: "cut".into(), id: None };
        check(&garbled, Repeat::Harmless, 1, 0, Some(500));
        check(&garbled, Repeat::MakesAnother, 1, 0, None);
    }

    #[test]
    fn pauses_spread_between_half_and_whole() {
        assert_eq!(backoff(1, 0.0), Duration::from_millis(250));
        assert_eq!(backoff(1, 1.0), Duration::from_millis(500));
    }
}
