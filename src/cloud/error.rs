//! Why a call to a cloud failed, in words that help, and what may be done about it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::http::{HttpError, Reached};

/// How much of a vendor's message is shown. Some quote the whole request.
const MESSAGE_LIMIT: usize = 500;

/// Which call it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The service, as its permissions spell it: `hbr`.
    pub product: &'static str,
    /// The API action: `DescribeBackupPlans`.
    pub action: &'static str,
    /// The host that was called.
    pub host: String,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} at {}", self.product, self.action, self.host)
    }
}

/// A call that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service answered, and the answer is a refusal.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// There is no key to call with, or none any more.
    #[error("{call} could not be made for want of credentials")]
    Credentials {
        /// Which call.
        call: Call,
        /// What the place where they should come from says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer cannot be understood.
    #[error("{call} answered what cannot be read: {detail}{}", request_id(id.as_deref()))]
    Garbled {
        /// Which call.
        call: Call,
        /// What is wrong with the answer.
        detail: String,
        /// The id to quote, if the answer got that far.
        id: Option<String>,
    },
    /// An object was made, and what belongs to making it did not all succeed.
    #[error("{made} was made, and is not complete")]
    Incomplete {
        /// Its id.
        made: Arc<str>,
        /// What failed.
        #[source]
        source: Box<Error>,
    },
    /// Two pages of one listing do not fit together, twice in a row.
    #[error(
        "the listing changed while it was read: {call} said {announced} objects, and its pages held {found} different ones; try again when nothing else is at work on the account"
    )]
    ListingChanged {
        /// Which call.
        call: Call,
        /// `TotalCount` of the pages.
        announced: u64,
        /// How many different objects came.
        found: u64,
    },
    /// No answer came.
    #[error("{call} could not be completed")]
    Transport {
        /// Which call.
        call: Call,
        /// What the connection says.
        #[source]
        source: HttpError,
    },
    /// Something that the cloud takes its time for, or that waits for somebody, had not ended when patience did.
    #[error("{what}; the next plan looks again")]
    Unfinished {
        /// What has not ended.
        what: String,
    },
    /// The provider has no such type of resource, data source or step.
    #[error("provider {provider} has no {kind}")]
    UnknownKind {
        /// The provider.
        provider: String,
        /// What was asked for.
        kind: String,
    },
}

/// What sort of failure it is: what may be done depends on this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The account is unpaid or blocked.
    Account,
    /// Key, secret or token are not accepted.
    Auth,
    /// Something else is at work on the object; the service did nothing, and will when that is done.
    Busy,
    /// The clock of this machine differs too much from the service's.
    ClockSkew,
    /// The answer cannot be understood.
    Garbled,
    /// The request is not acceptable as it is.
    Invalid,
    /// The service was never opened for the account.
    NotActivated,
    /// There is no such object.
    NotFound,
    /// RAM does not allow it.
    Permission,
    /// Too many calls; the service did nothing.
    Throttled,
    /// The service has trouble of its own.
    Transient,
    /// No answer came.
    Transport,
}

/// A refusal, as complete as the service made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Which call.
    pub call: Call,
    /// The HTTP status; 200 when only the body says that it failed.
    pub status: u16,
    /// The vendor's code: `Throttling.User`.
    pub code: String,
    /// The vendor's message, freed of control characters and credentials.
    pub message: String,
    /// The id to quote to the vendor.
    pub request_id: Option<String>,
    /// How long the service asks us to wait.
    pub retry_after: Option<Duration>,
    /// For a refused permission, the action that is missing.
    pub missing_permission: Option<String>,
    /// What sort of failure it is.
    pub kind: ErrorKind,
    /// Clock of the service less clock of this machine, in seconds, if the answer told the time.
    pub clock_difference: Option<i64>,
}

impl std::error::Error for ApiError {}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed with {} (HTTP {})", self.call, self.code, self.status)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        f.write_str(&request_id(self.request_id.as_deref()))
    }
}

impl ApiError {
    /// What to do about it, where there is something to say.
    fn advice(&self) -> Option<String> {
        match self.kind {
            ErrorKind::Account => Some("the account is unpaid or blocked, see its billing page".into()),
            ErrorKind::Auth => Some(auth_advice(&self.code).into()),
            ErrorKind::Busy => Some("something else was still at work on it after many pauses".into()),
            ErrorKind::ClockSkew => Some(self.clock_advice()),
            ErrorKind::NotActivated => Some(
                "the service is not open for this account; opening it is a step of its own in the plan"
                    .into(),
            ),
            ErrorKind::Permission => {
                self.missing_permission.as_ref().map(|action| format!("the missing permission is {action}"))
            }
            ErrorKind::Throttled => Some("the rate limit was still exceeded after many pauses".into()),
            ErrorKind::Garbled
            | ErrorKind::Invalid
            | ErrorKind::NotFound
            | ErrorKind::Transient
            | ErrorKind::Transport => None,
        }
    }

    /// How far the clocks differ.
    fn clock_advice(&self) -> String {
        match self.clock_difference {
            Some(seconds) if seconds != 0 => format!(
                "this machine's clock is {} s {} the service's: set it right",
                seconds.unsigned_abs(),
                if seconds > 0 { "behind" } else { "ahead of" },
            ),
            _ => "set this machine's clock right".into(),
        }
    }
}

/// What to look at when a key is not accepted.
fn auth_advice(code: &str) -> &'static str {
    match code {
        "SignatureDoesNotMatch" => "the secret does not belong to the key id: check that it was copied whole",
        "InvalidAccessKeyId.NotFound" => {
            "there is no such access key: check its id, and whether it was deleted"
        }
        "InvalidAccessKeyId.Inactive" => "the access key is disabled: enable it or use another",
        "InvalidSecurityToken.Expired" => "the temporary credentials have expired: get new ones",
        code if code.starts_with("InvalidSecurityToken") => {
            "the security token does not go with the access key: set all three of one session, or none"
        }
        code if code.starts_with("AuthenticationFail.OIDCToken") => {
            "the token of the identity provider is not accepted: get a new one"
        }
        _ => "check the credentials",
    }
}

impl Error {
    /// What sort of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Api(error) => error.kind,
            Self::Credentials { .. } => ErrorKind::Auth,
            Self::Garbled { .. } | Self::ListingChanged { .. } => ErrorKind::Garbled,
            Self::Incomplete { source, .. } => source.kind(),
            Self::Unfinished { .. } => ErrorKind::Busy,
            Self::Transport { .. } => ErrorKind::Transport,
            Self::UnknownKind { .. } => ErrorKind::Invalid,
        }
    }

    /// The vendor's code, if the service gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api(error) => Some(&error.code),
            Self::Incomplete { source, .. } => source.code(),
            Self::Credentials { .. }
            | Self::Garbled { .. }
            | Self::ListingChanged { .. }
            | Self::Transport { .. }
            | Self::Unfinished { .. }
            | Self::UnknownKind { .. } => None,
        }
    }

    /// The vendor's id of the failed call, if it told one.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::Garbled { id, .. } => id.as_deref(),
            Self::Incomplete { source, .. } => source.request_id(),
            Self::Credentials { .. }
            | Self::ListingChanged { .. }
            | Self::Transport { .. }
            | Self::Unfinished { .. }
            | Self::UnknownKind { .. } => None,
        }
    }

    /// Whether there is no such object.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the call may have taken effect although it failed: whoever wrote must look before writing again.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Api(error) => error.kind == ErrorKind::Transient && error.code != "SignatureNonceUsed",
            Self::Garbled { .. } | Self::Unfinished { .. } => true,
            Self::Incomplete { source, .. } => source.may_have_happened(),
            Self::Credentials { .. } | Self::ListingChanged { .. } | Self::UnknownKind { .. } => false,
            Self::Transport { source, .. } => source.reached() == Reached::Maybe,
        }
    }
}

/// Sorts a refusal by its code, and by its status where the code says nothing.
///
/// Source: Alibaba Cloud, common error codes of the gateway; HBR API 2017-09-08, error codes.
pub(super) fn classify(status: u16, code: &str) -> ErrorKind {
    by_code(code).unwrap_or_else(|| by_status(status, code))
}

/// The codes whose meaning is fixed.
fn by_code(code: &str) -> Option<ErrorKind> {
    Some(match code {
        // The role `AliyunServiceRoleForHbrEcsBackup` is the service's own; nobody is refused a permission of theirs.
        "RoleNotExist"
        | "ORDER.OPEND"
        | "InvalidApi.NotFound"
        | "InvalidAction.NotFound"
        | "InvalidProduct.NotFound"
        | "InvalidRegionId.NotFound" => ErrorKind::Invalid,
        "ServiceNotActivated" => ErrorKind::NotActivated,
        "InDebt" | "InDebtOverdue" | "RiskControlProhibited" => ErrorKind::Account,
        "Forbidden" | "Forbidden.RAM" | "NoPermission" => ErrorKind::Permission,
        "IncompleteSignature" | "SignatureDoesNotMatch" => ErrorKind::Auth,
        "ServiceUnavailable" | "InternalError" | "EcsClientError" | "SignatureNonceUsed" => {
            ErrorKind::Transient
        }
        code if code.contains("Throttling") => ErrorKind::Throttled,
        code if ["AuthenticationFail", "InvalidAccessKeyId", "InvalidSecurityToken"]
            .iter()
            .any(|start| code.starts_with(start)) =>
        {
            ErrorKind::Auth
        }
        code if code.starts_with("InvalidTimeStamp") => ErrorKind::ClockSkew,
        _ => return None,
    })
}

/// What the status says of a code that nobody announced.
fn by_status(status: u16, code: &str) -> ErrorKind {
    let absent = ["NotFound", "NotExist", "NotExists"].iter().any(|end| code.ends_with(end));
    match status {
        401 => ErrorKind::Auth,
        403 => ErrorKind::Permission,
        408 | 500..=599 => ErrorKind::Transient,
        429 => ErrorKind::Throttled,
        404 => ErrorKind::NotFound,
        _ if absent => ErrorKind::NotFound,
        _ => ErrorKind::Invalid,
    }
}

/// A vendor's text, short, and without anything that could move a cursor.
pub(super) fn readable(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match clean.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{} ...", clean[..end].trim()),
        None => clean.trim().trim_end_matches('.').to_owned(),
    }
}

/// The end of a message: the id stands free, so that it can be copied.
fn request_id(id: Option<&str>) -> String {
    id.filter(|id| !id.is_empty()).map(|id| format!("; request id {id}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: &str, status: u16) -> ApiError {
        ApiError {
            call: Call {
                product: "hbr",
                action: "DeleteBackupPlan",
                host: "hbr.cn-hangzhou.aliyuncs.com".into(),
            },
            status,
            code: code.into(),
            message: "no".into(),
            request_id: Some("473469C7".into()),
            retry_after: None,
            missing_permission: None,
            kind: classify(status, code),
            clock_difference: None,
        }
    }

    #[test]
    fn codes_are_sorted_by_what_can_be_done() {
        let check = |status: u16, code: &str, expected: ErrorKind| {
            assert_eq!(classify(status, code), expected, "{code}");
        };
        check(400, "Throttling.User", ErrorKind::Throttled);
        check(400, "Throttling", ErrorKind::Throttled);
        check(400, "Rejected.Throttling", ErrorKind::Throttled);
        check(429, "TooMany", ErrorKind::Throttled);
        check(503, "ServiceUnavailable", ErrorKind::Transient);
        check(500, "Whatever", ErrorKind::Transient);
        check(400, "SignatureNonceUsed", ErrorKind::Transient);
        check(404, "InvalidAccessKeyId.NotFound", ErrorKind::Auth);
        check(400, "InvalidSecurityToken.MismatchWithAccessKey", ErrorKind::Auth);
        check(400, "SignatureDoesNotMatch", ErrorKind::Auth);
        check(400, "AuthenticationFail.OIDCToken.Expired", ErrorKind::Auth);
        check(400, "InvalidTimeStamp.Expired", ErrorKind::ClockSkew);
        check(403, "Forbidden.RAM", ErrorKind::Permission);
        check(403, "NoPermission", ErrorKind::Permission);
        check(403, "ServiceNotActivated", ErrorKind::NotActivated);
        check(403, "InDebt", ErrorKind::Account);
        check(404, "ResourceNotFound", ErrorKind::NotFound);
        check(200, "AirBackupPlanNotExists", ErrorKind::NotFound);
        check(404, "InvalidApi.NotFound", ErrorKind::Invalid);
        check(404, "InvalidRegionId.NotFound", ErrorKind::Invalid);
        check(404, "RoleNotExist", ErrorKind::Invalid);
        check(400, "BadRequest", ErrorKind::Invalid);
    }

    #[test]
    fn a_refused_permission_names_the_action() {
        let error = ApiError {
            missing_permission: Some("hbr:DeleteBackupPlan".into()),
            ..refusal("NoPermission", 403)
        };
        assert_eq!(
            error.to_string(),
            "hbr:DeleteBackupPlan at hbr.cn-hangzhou.aliyuncs.com failed with NoPermission (HTTP 403): no; \
             the missing permission is hbr:DeleteBackupPlan; request id 473469C7"
        );
    }

    #[test]
    fn a_wrong_clock_is_named_with_its_distance() {
        let check = |difference: Option<i64>, expected: &str| {
            let error = ApiError { clock_difference: difference, ..refusal("InvalidTimeStamp.Expired", 400) };
            assert!(error.to_string().contains(expected), "{error}");
        };
        check(Some(1200), "this machine's clock is 1200 s behind the service's");
        check(Some(-1200), "this machine's clock is 1200 s ahead of the service's");
        check(None, "set this machine's clock right");
    }

    #[test]
    fn each_refused_credential_says_what_to_check() {
        let check = |code: &str, expected: &str| {
            let text = refusal(code, 400).to_string();
            assert!(text.contains(expected), "{text}");
        };
        check("SignatureDoesNotMatch", "the secret does not belong to the key id");
        check("InvalidAccessKeyId.NotFound", "there is no such access key");
        check("InvalidAccessKeyId.Inactive", "disabled");
        check("InvalidSecurityToken.Expired", "have expired");
        check("InvalidSecurityToken.Malformed", "all three of one session");
        check("AuthenticationFail.OIDCToken.Invalid", "get a new one");
    }

    #[test]
    fn only_failures_after_which_nobody_knows_may_have_happened() {
        let check = |code: &str, status: u16, expected: bool| {
            assert_eq!(Error::Api(Box::new(refusal(code, status))).may_have_happened(), expected, "{code}");
        };
        check("InternalError", 500, true);
        check("ServiceUnavailable", 503, true);
        check("SignatureNonceUsed", 400, false);
        check("Throttling.User", 400, false);
        check("BadRequest", 400, false);
    }

    #[test]
    fn vendors_texts_are_cut_and_cannot_move_the_cursor() {
        let check = |input: &str, expected: &str| assert_eq!(readable(input), expected);
        check("plain. ", "plain");
        check("a\u{1b}[2Jb\nc", "a [2Jb c");
        check(&"x".repeat(600), &format!("{} ...", "x".repeat(500)));
    }
}
