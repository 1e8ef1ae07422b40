//! A request as it reaches either cloud, and what a cloud replies, before faults have struck.

use super::fault::Fault;

/// A request as it came, seen by the gateway.
#[derive(Clone, Debug)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query as it was sent, without `?`.
    pub query: String,
    /// The headers in lower case, in the order of their arrival.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a cloud answers, and what befalls the answer on its way.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: Vec<u8>,
    /// Headers besides those that every answer has.
    pub headers: Vec<(&'static str, String)>,
    /// The fault that strikes the answer, if one does.
    pub fault: Option<Fault>,
    /// Whether the world may have changed.
    pub wrote: bool,
}
