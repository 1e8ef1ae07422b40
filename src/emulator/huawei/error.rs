//! The vendor's errors, with its codes, its words, its HTTP statuses and its several shapes.
//!
//! Sources: API Gateway, "Error codes"; CBR API v3, "Error codes"; the shapes that the vendor's Python SDK tells apart
//! (`huaweicloudsdkcore` 3.1.219, `exception_handler`).

use std::borrow::Cow;

use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's code.
    pub code: Cow<'static, str>,
    /// The vendor's sentence.
    pub message: String,
    /// How the two are wrapped.
    shape: Shape,
    /// How long to wait before the next attempt, in seconds.
    pub retry_after: Option<u64>,
}

/// How an error is wrapped; the services have grown up apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// `{"error_code":…,"error_msg":…}`: CBR, Workspace, the billing service.
    Flat,
    /// The same with the id of the request: the gateway.
    Gateway,
    /// `{"errCode":…,"errMsg":…}`: SFS Turbo.
    Camel,
    /// `{"error":{"code":…,"message":…}}`: ECS.
    Nested,
    /// `{"badRequest":{"code":400,"message":…}}` with a key of its own: EVS, and CBR where it shows its ancestry.
    Named(&'static str),
    /// `{"error":{"code":401,"message":…,"title":…}}`: IAM.
    Titled(&'static str),
}

impl ApiError {
    fn new(
        status: u16,
        shape: Shape,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> ApiError {
        ApiError { status, code: code.into(), message: message.into(), shape, retry_after: None }
    }

    /// CBR refuses; the number goes into `BackupService.NNNN`.
    pub fn cbr(status: u16, number: &str, message: impl Into<String>) -> ApiError {
        ApiError::new(status, Shape::Flat, format!("BackupService.{number}"), message)
    }

    /// CBR's general complaint about a parameter; the message names the key.
    pub fn invalid(message: impl Into<String>) -> ApiError {
        ApiError::cbr(400, "9900", message)
    }

    /// The gateway refuses; the number goes into `APIGW.NNNN`.
    pub fn gateway(status: u16, number: &str, message: impl Into<String>) -> ApiError {
        ApiError::new(status, Shape::Gateway, format!("APIGW.{number}"), message)
    }

    /// The gateway does not believe the caller to be who it says.
    pub fn unauthenticated(why: &str) -> ApiError {
        ApiError::gateway(401, "0301", format!("Incorrect IAM authentication information: {why}"))
    }

    /// A permission is missing, named in the message.
    pub fn denied(action: &str) -> ApiError {
        let code = if action.starts_with("cbr:") { "BackupService.0403" } else { "Forbidden" };
        let message = format!("Policy doesn't allow {action} to be performed.");
        ApiError::new(403, Shape::Flat, code, message)
    }

    /// Unknown backups and checkpoints are at times answered like this by a router in front of CBR.
    ///
    /// Source: terraform-provider-huaweicloud, which reads exactly this message as "not found".
    pub fn malformed_url() -> ApiError {
        ApiError::new(401, Shape::Named("unauthorized"), "401", "Malformed request url")
    }

    /// ECS refuses.
    pub fn ecs(status: u16, number: &str, message: impl Into<String>) -> ApiError {
        ApiError::new(status, Shape::Nested, format!("Ecs.{number}"), message)
    }

    /// EVS cannot read a parameter.
    pub fn evs(message: impl Into<String>) -> ApiError {
        ApiError::new(400, Shape::Named("badRequest"), "400", message)
    }

    /// EVS knows no such disk.
    pub fn no_volume() -> ApiError {
        ApiError::new(404, Shape::Named("itemNotFound"), "404", "The volume does not exist.")
    }

    /// SFS Turbo knows no such file system.
    pub fn no_share(message: impl Into<String>) -> ApiError {
        ApiError::new(404, Shape::Camel, "SFS.TURBO.0002", message)
    }

    /// Workspace knows no such desktop.
    pub fn no_desktop(message: impl Into<String>) -> ApiError {
        ApiError::new(404, Shape::Flat, "WKS.00010002", message)
    }

    /// SFS Turbo cannot read a parameter.
    pub fn sfs(message: impl Into<String>) -> ApiError {
        ApiError::new(400, Shape::Camel, "SFS.TURBO.0001", message)
    }

    /// Workspace cannot read a parameter.
    pub fn workspace(message: impl Into<String>) -> ApiError {
        ApiError::new(400, Shape::Flat, "WKS.00010001", message)
    }

    /// IAM refuses.
    pub fn iam(status: u16, message: impl Into<String>) -> ApiError {
        let title = match status {
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            _ => "Bad Request",
        };
        ApiError::new(status, Shape::Titled(title), status.to_string(), message)
    }

    /// IMS refuses; the number goes into `IMG.NNNN`.
    pub fn ims(status: u16, number: &str, message: impl Into<String>) -> ApiError {
        ApiError::new(status, Shape::Nested, format!("IMG.{number}"), message)
    }

    /// The billing service refuses; the number goes into `CBC.NNNN`.
    pub fn bss(status: u16, number: &str, message: impl Into<String>) -> ApiError {
        ApiError::new(status, Shape::Flat, format!("CBC.{number}"), message)
    }

    /// The enterprise project service refuses.
    pub fn eps(status: u16, code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(status, Shape::Nested, code, message)
    }

    /// The same complaint about a parameter in the words of the service that was called.
    #[must_use]
    pub fn in_words_of(self, service: &str) -> ApiError {
        match service {
            _ if self.code != "BackupService.9900" => self,
            "bss" => ApiError::bss(400, "0100", self.message),
            "sts" | "iam" => ApiError::iam(400, self.message),
            "eps" => ApiError::eps(400, "EPS.0001", self.message),
            _ => self,
        }
    }

    /// The vendor has this operation and the emulator has not.
    pub fn not_imitated(what: &str) -> ApiError {
        let message = format!("the emulator does not imitate {what}");
        ApiError::new(501, Shape::Flat, "Emulator.NotImplemented", message)
    }

    /// Too many calls.
    pub fn throttled(retry_after: u64) -> ApiError {
        let message =
            "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:1 second";
        ApiError { retry_after: Some(retry_after), ..ApiError::gateway(429, "0308", message) }
    }

    /// The gateway's backend fails.
    pub fn internal() -> ApiError {
        ApiError::gateway(500, "0601", "Internal server error")
    }

    /// The gateway's backend is away.
    pub fn unavailable() -> ApiError {
        ApiError::gateway(503, "0608", "Failed to connect to the backend service")
    }

    /// The body of the answer.
    pub fn to_body(&self, request_id: &str) -> Value {
        let (code, message) = (self.code.as_ref(), self.message.as_str());
        // IAM and the ancestors of EVS write the code as a number; only the router writes it as text.
        let number = self.status;
        match self.shape {
            Shape::Flat => json!({ "error_code": code, "error_msg": message }),
            Shape::Gateway => json!({ "error_msg": message, "error_code": code, "request_id": request_id }),
            Shape::Camel => json!({ "errCode": code, "errMsg": message }),
            Shape::Nested => json!({ "error": { "code": code, "message": message } }),
            Shape::Named(key @ "unauthorized") => json!({ key: { "code": code, "message": message } }),
            Shape::Named(key) => json!({ key: { "code": number, "message": message } }),
            Shape::Titled(title) => {
                json!({ "error": { "code": number, "message": message, "title": title } })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_wraps_its_errors_in_its_own_way() {
        let check = |error: ApiError, status: u16, expected: Value| {
            assert_eq!((error.status, error.to_body("r-1")), (status, expected));
        };
        check(
            ApiError::cbr(404, "6105", "The vault does not exist."),
            404,
            json!({ "error_code": "BackupService.6105", "error_msg": "The vault does not exist." }),
        );
        check(
            ApiError::unauthenticated("ak X not exist"),
            401,
            json!({ "error_msg": "Incorrect IAM authentication information: ak X not exist",
                "error_code": "APIGW.0301", "request_id": "r-1" }),
        );
        check(
            ApiError::malformed_url(),
            401,
            json!({ "unauthorized": { "code": "401", "message": "Malformed request url" } }),
        );
        check(
            ApiError::ecs(404, "0114", "no"),
            404,
            json!({ "error": { "code": "Ecs.0114", "message": "no" } }),
        );
        check(ApiError::evs("no"), 400, json!({ "badRequest": { "code": 400, "message": "no" } }));
        check(
            ApiError::iam(401, "no"),
            401,
            json!({ "error": { "code": 401, "message": "no", "title": "Unauthorized" } }),
        );
        check(ApiError::sfs("no"), 400, json!({ "errCode": "SFS.TURBO.0001", "errMsg": "no" }));
        check(ApiError::bss(400, "0101", "no"), 400, json!({ "error_code": "CBC.0101", "error_msg": "no" }));
        check(
            ApiError::denied("cbr:vaults:create"),
            403,
            json!({ "error_code": "BackupService.0403",
                "error_msg": "Policy doesn't allow cbr:vaults:create to be performed." }),
        );
    }
}
