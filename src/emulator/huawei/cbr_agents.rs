//! Clients of file backup: on real machines they register themselves.
//!
//! Source: CBR API v3, "Backup clients".

use serde_json::{Value, json};

use super::body::Fields;
use super::error::ApiError;
use super::estate::{Agent, AgentPath};
use super::gateway::{Answer, Call};

fn named<'a>(call: &'a Call) -> Result<&'a Agent, ApiError> {
    let agent = call.project().agents.get(call.param("agent_id"));
    agent.ok_or_else(|| ApiError::cbr(404, "7410", "The client does not exist."))
}

fn shown(agent: &Agent) -> Value {
    let path = |path: &AgentPath| json!({ "id": path.id, "dir_path": path.path, "status": "available", "exclude_paths": path.exclude });
    json!({
        "agent_id": agent.id,
        "agent_type": "native",
        "agent_version": "1.0.0",
        "host_name": agent.host_name,
        "host_nickname": agent.nickname,
        "host_ip": agent.ip,
        "host_os": agent.os,
        "status": agent.status,
        "last_active_time": agent.created.to_vendor_text(),
        "paths": agent.paths.iter().map(path).collect::<Vec<_>>(),
        "created_at": agent.created.to_vendor_text(),
        "updated_at": agent.created.to_vendor_text(),
    })
}

/// `ListAgent`.
pub fn list(call: &mut Call) -> Result<Answer, ApiError> {
    let page = call.page(1000)?;
    let query = &call.query;
    let is_wanted = |agent: &&Agent| {
        query.admits("agent_id", &agent.id)
            && query.admits("host_name", &agent.host_name)
            && query.admits("host_ip", &agent.ip)
            && query.admits("status", &agent.status)
    };
    let found: Vec<&Agent> = call.project().agents.iter().filter(is_wanted).collect();
    let count = found.len();
    let agents: Vec<Value> = page.cut(found).into_iter().map(shown).collect();
    Answer::ok(json!({ "agents": agents, "count": count, "limit": page.limit, "offset": page.offset }))
}

/// `RegisterAgent`.
pub fn register(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    // The SDK wraps the client in `agent`; a client itself is said not to.
    let fields = fields.object("agent")?.unwrap_or(fields);
    let agent = Agent {
        id: call.ids.next_uuid(),
        host_name: fields.required_text("host_name")?.to_owned(),
        nickname: String::new(),
        ip: fields.text("host_ip")?.unwrap_or("127.0.0.1").to_owned(),
        os: fields.text("host_os")?.unwrap_or("Linux").to_owned(),
        status: "normal".to_owned(),
        paths: Vec::new(),
        created: call.now,
    };
    let answer = json!({ "agent": shown(&agent), "agent_id": agent.id });
    call.project_mut().0.agents.insert(agent);
    Answer::ok(answer)
}

/// `ShowAgent`.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    Answer::ok(json!({ "agent": shown(named(call)?) }))
}

/// `UpdateAgent`: another name.
pub fn update(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::wrapped(&body, "agent")?;
    let name = fields.bounded_text("host_nickname", 0..=64)?.unwrap_or_default().to_owned();
    let id = named(call)?.id.clone();
    let (project, _) = call.project_mut();
    let agent = project.agents.get_mut(&id).expect("the client was found above");
    agent.nickname = name;
    Answer::ok(json!({ "agent": shown(agent) }))
}

/// `UnregisterAgent`: the client goes, and all its backups.
pub fn unregister(call: &mut Call) -> Result<Answer, ApiError> {
    let id = named(call)?.id.clone();
    let (project, _) = call.project_mut();
    project.agents.remove(&id);
    project.backups.retain(|backup| backup.resource != id);
    Answer::empty()
}

/// `AddAgentPath`. Whether a path exists is not checked.
pub fn add_path(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let paths = fields.required_texts("add_path", 1..=128)?;
    let exclusion = |fields: &Fields| {
        let excluded = fields.texts("exclude_path_name")?.unwrap_or_default();
        Ok((fields.required_text("path_name")?.to_owned(), excluded))
    };
    let exclusions = fields.objects("exclude_path")?.unwrap_or_default();
    let exclusions: Vec<(String, Vec<String>)> =
        exclusions.iter().map(exclusion).collect::<Result<_, ApiError>>()?;
    let id = named(call)?.id.clone();
    let (project, ids) = call.project_mut();
    let agent = project.agents.get_mut(&id).expect("the client was found above");
    let (mut added, mut existed) = (Vec::new(), Vec::new());
    for path in paths {
        if agent.paths.iter().any(|known| known.path == path) {
            existed.push(path);
            continue;
        }
        agent.paths.push(AgentPath { id: ids.next_uuid(), path: path.clone(), exclude: Vec::new() });
        added.push(path);
    }
    for (of, excluded) in exclusions {
        if let Some(path) = agent.paths.iter_mut().find(|path| path.path == of) {
            path.exclude = excluded;
        }
    }
    Answer::ok(json!({ "added": added, "existed": existed }))
}

/// `RemoveAgentPath`.
pub fn remove_path(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let paths = Fields::of(&body, "body")?.required_texts("remove_path", 1..=128)?;
    let id = named(call)?.id.clone();
    let (project, _) = call.project_mut();
    let agent = project.agents.get_mut(&id).expect("the client was found above");
    let (removed, not_existed): (Vec<String>, Vec<String>) =
        paths.into_iter().partition(|path| agent.paths.iter().any(|known| known.path == *path));
    agent.paths.retain(|known| !removed.contains(&known.path));
    Answer::ok(json!({ "removed": removed, "not_existed": not_existed }))
}
