//! What a refusal of Huawei Cloud says: the error in whatever it is wrapped, and what sort of failure it is.
//!
//! Sources: `huaweicloudsdkcore` 3.1.219, `exception_handler` (the wrappings and the order in which they are tried); API
//! Gateway and CBR API v3, "Error codes".

use serde_json::Value;

use crate::cloud::error::ErrorKind;

/// A refusal, as its body says it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// The vendor's code; empty where the body is none of the known wrappings.
    pub code: String,
    /// The vendor's sentence, or the body as it is.
    pub message: String,
    /// The request's id, where the body has it.
    pub request_id: Option<String>,
}

/// Pairs of names for code and message, in the order in which the SDK tries them; what is billed comes last.
const NAMES: [(&str, &str); 5] = [
    ("error_code", "error_msg"),
    ("errorCode", "errorMsg"),
    ("errCode", "errMsg"),
    ("code", "message"),
    ("retCode", "retMsg"),
];

/// Wrappings within wrappings that are looked into.
const DEEPEST: u32 = 4;

/// Reads the body of a refusal.
pub fn read(body: &[u8]) -> Said {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let request_id = value.get("request_id").and_then(Value::as_str).map(str::to_owned);
    let (code, message) =
        find(&value, DEEPEST).unwrap_or_else(|| (String::new(), String::from_utf8_lossy(body).into_owned()));
    Said { code, message, request_id }
}

fn find(value: &Value, depth: u32) -> Option<(String, String)> {
    let object = value.as_object()?;
    let text = |name: &str| match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let pair = NAMES.iter().find_map(|(code, message)| Some((text(code)?, text(message)?)));
    pair.or_else(|| object.values().filter(|_| depth > 0).find_map(|inner| find(inner, depth - 1)))
}

/// The permission that a sentence says is missing: `Policy doesn't allow cbr:vaults:create to be performed.`
pub fn missing_permission(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("doesn't allow ")?;
    let action = rest.split_whitespace().next()?;
    let is_action = action.split(':').count() == 3 && !action.contains("::");
    is_action.then(|| action.to_owned())
}

/// Sorts a refusal.
pub fn classify(status: u16, said: &Said) -> ErrorKind {
    // Some operations list the number alone.
    let code = said.code.strip_prefix("BackupService.").unwrap_or(&said.code);
    // Source: terraform-provider-huaweicloud: a read of an unknown backup or checkpoint, and only with this sentence.
    if status == 401 && said.message == "Malformed request url" {
        return ErrorKind::NotFound;
    }
    if status == 401 && said.message.contains("signature expired") {
        return ErrorKind::ClockSkew;
    }
    match (status, code) {
        // No such API: the endpoint is wrong, and the object is not therefore gone.
        (_, "APIGW.0101") => ErrorKind::Invalid,
        (_, "APIGW.0308") | (429, _) => ErrorKind::Throttled,
        // Something else is at work on the object, and will be done.
        (409, _) | (_, "0002" | "1001" | "2002" | "2010" | "6125" | "6134" | "6203") => ErrorKind::Busy,
        (_, "8600" | "APIGW.0310") => ErrorKind::Account,
        (401, _) => ErrorKind::Auth,
        (403, _) => ErrorKind::Permission,
        (404, _) => ErrorKind::NotFound,
        (408 | 500..=599, _) => ErrorKind::Transient,
        _ => ErrorKind::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrapping_is_undone() {
        let check = |body: &str, code: &str, message: &str| {
            let said = read(body.as_bytes());
            assert_eq!((said.code.as_str(), said.message.as_str()), (code, message), "{body}");
        };
        check(r#"{"error_code":"BackupService.6105","error_msg":"no"}"#, "BackupService.6105", "no");
        check(r#"{"error_msg":"no","error_code":"APIGW.0301","request_id":"r"}"#, "APIGW.0301", "no");
        check(r#"{"error":{"code":"Ecs.0114","message":"no"}}"#, "Ecs.0114", "no");
        check(r#"{"itemNotFound":{"code":404,"message":"no"}}"#, "404", "no");
        check(r#"{"error":{"code":401,"message":"no","title":"Unauthorized"}}"#, "401", "no");
        check(r#"{"errorCode":"X","errorMsg":"no"}"#, "X", "no");
        check(r#"{"errCode":"SFS.TURBO.0001","errMsg":"no"}"#, "SFS.TURBO.0001", "no");
        check(r#"{"retCode":1,"retMsg":"no"}"#, "1", "no");
        check("<html>502</html>", "", "<html>502</html>");
        check("", "", "");
        check(
            r#"{"a":{"a":{"a":{"a":{"a":{"code":"x","message":"y"}}}}}}"#,
            "",
            r#"{"a":{"a":{"a":{"a":{"a":{"code":"x","message":"y"}}}}}}"#,
        );
        assert_eq!(
            read(br#"{"error_msg":"n","error_code":"c","request_id":"r"}"#).request_id.as_deref(),
            Some("r")
        );
    }

    #[test]
    fn refusals_are_busy_throttled_final_or_something_to_wait_for() {
        let check = |status: u16, code: &str, message: &str, expected: ErrorKind| {
            let said = Said { code: code.to_owned(), message: message.to_owned(), request_id: None };
            assert_eq!(classify(status, &said), expected, "{status} {code} {message}");
        };
        check(401, "APIGW.0301", "ak X not exist", ErrorKind::Auth);
        check(
            401,
            "APIGW.0301",
            "Incorrect IAM authentication information: signature expired",
            ErrorKind::ClockSkew,
        );
        check(401, "401", "Malformed request url", ErrorKind::NotFound);
        check(401, "401", "Malformed request url, and more", ErrorKind::Auth);
        check(403, "BackupService.0403", "Policy doesn't allow", ErrorKind::Permission);
        check(403, "BackupService.8600", "", ErrorKind::Account);
        check(404, "BackupService.6105", "", ErrorKind::NotFound);
        check(404, "6105", "", ErrorKind::NotFound);
        check(404, "APIGW.0101", "", ErrorKind::Invalid);
        check(429, "APIGW.0308", "", ErrorKind::Throttled);
        check(400, "BackupService.6125", "", ErrorKind::Busy);
        check(400, "6134", "", ErrorKind::Busy);
        check(500, "BackupService.0002", "", ErrorKind::Busy);
        check(409, "X", "", ErrorKind::Busy);
        check(400, "BackupService.9900", "", ErrorKind::Invalid);
        check(400, "BackupService.6111", "", ErrorKind::Invalid);
        check(504, "APIGW.0201", "", ErrorKind::Transient);
        check(503, "", "<html>", ErrorKind::Transient);
    }

    #[test]
    fn a_missing_permission_is_read_from_the_sentence() {
        let check = |message: &str, expected: Option<&str>| {
            assert_eq!(missing_permission(message).as_deref(), expected, "{message}");
        };
        check("Policy doesn't allow cbr:vaults:create to be performed.", Some("cbr:vaults:create"));
        check("Policy doesn't allow you to do so.", None);
        check("no", None);
    }
}
