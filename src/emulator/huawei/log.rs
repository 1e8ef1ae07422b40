//! Operation logs: what was done, to what, and what came of it.
//!
//! Source: CBR API v3, "Tasks".

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::backup::Pending;
use super::estate::Kind;
use crate::emulator::clock::Time;
use crate::emulator::table::Identified;

/// What the vendor keeps of an operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The id.
    pub id: String,
    /// `backup`, `restore`, `delete`, `vault_delete`, `remove_resource`, `replication`, `sync` and so on.
    pub operation: String,
    /// The vault.
    pub vault: String,
    /// The vault's name at that time.
    #[serde(default)]
    pub vault_name: String,
    /// The policy that began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The checkpoint that it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// What it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Subject>,
    /// When it began.
    pub started: Time,
    /// Until when it runs. Left out: it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<Pending>,
    /// Code and words of its failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<(String, String)>,
    /// What the vendor says of it besides, under the operation's own name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// What an operation was done to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    pub name: String,
}

impl Log {
    /// The state at this time, in the vendor's word.
    pub fn status(&self, now: Time) -> &'static str {
        let is_running = self.running.is_some_and(|running| !running.is_over(now));
        match (&self.error, is_running) {
            (_, true) => "running",
            (Some(_), false) => "failed",
            (None, false) => "success",
        }
    }

    /// As the vendor shows it.
    pub fn to_json(&self, project: &str, now: Time) -> Value {
        let status = self.status(now);
        let ended = (status != "running").then(|| self.running.map_or(self.started, |running| running.until));
        let (code, message) = match &self.error {
            Some((code, message)) if status == "failed" => (code.as_str(), message.as_str()),
            _ => ("", ""),
        };
        let mut extra = self.extra.clone();
        let progress = if status == "running" { 50 } else { 100 };
        extra.insert(
            "common".to_owned(),
            json!({ "progress": progress, "request_id": self.id, "task_id": self.id }),
        );
        if let Some(subject) = &self.resource {
            let shown = json!({ "id": subject.id, "type": subject.kind.as_str(), "name": subject.name });
            extra.insert("resource".to_owned(), shown);
        }
        json!({
            "id": self.id,
            "operation_type": self.operation,
            "status": status,
            "started_at": self.started.to_vendor_text(),
            "ended_at": ended.map(Time::to_vendor_text),
            "created_at": self.started.to_vendor_text(),
            "updated_at": ended.unwrap_or(self.started).to_vendor_text(),
            "vault_id": self.vault,
            "vault_name": self.vault_name,
            "policy_id": self.policy,
            "checkpoint_id": self.checkpoint,
            "project_id": project,
            "provider_id": super::vault::provider_id(self.resource.as_ref().map_or(Kind::Server, |subject| subject.kind)),
            "error_info": { "code": code, "message": message },
            "extra_info": extra,
        })
    }
}

impl Identified for Log {
    fn id(&self) -> &str {
        &self.id
    }
}
