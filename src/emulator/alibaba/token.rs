//! The tokens that lead to the next page: opaque to callers, and good only for the operation that gave them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::error::ApiError;

/// The token of the page that begins here.
pub fn write(index: usize, operation: &str) -> String {
    BASE64.encode(format!("{operation}:{index}"))
}

/// Where the token's page begins; at the start if there is no token.
///
/// # Errors
/// When it is no token of this operation.
pub fn read(token: Option<&str>, operation: &str) -> Result<usize, ApiError> {
    let Some(token) = token else { return Ok(0) };
    let text = BASE64.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let index = text.strip_prefix(operation).and_then(|rest| rest.strip_prefix(':')?.parse().ok());
    index.ok_or_else(|| ApiError::invalid("NextToken", "it was not given by this operation"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_operation() {
        let check = |token: Option<&str>, expected: Option<usize>| {
            assert_eq!(read(token, "A").ok(), expected, "{token:?}");
        };
        check(None, Some(0));
        check(Some(&write(20, "A")), Some(20));
        check(Some(&write(20, "B")), None);
        check(Some("20"), None);
        check(Some("ä"), None);
    }
}
