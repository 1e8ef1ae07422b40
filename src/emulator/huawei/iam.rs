//! IAM and STS: projects, domains, tokens, temporary keys; and enterprise projects (EPS).
//!
//! Sources: IAM API v3, "Querying the Project List", "Obtaining a User Token with a Password", "Obtaining a Temporary
//! Access Key and Security Token"; STS API v5; EPS API v1.0.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::account::{Account, Key, Token};
use super::body::Fields;
use super::error::ApiError;
use super::gateway::{Answer, Call};
use super::permission::Policy;
use super::project::Project;
use super::text::hex;
use crate::emulator::clock::Time;

/// How long temporary keys last: by default, at least, at most, in seconds.
///
/// Source: IAM API v3, "Obtaining a Temporary Access Key", `duration_seconds`.
const DURATION: (i64, i64, i64) = (900, 900, 86_400);

/// How long tokens last, in seconds.
const TOKEN_SECONDS: i64 = 86_400;

fn project_json(account: &Account, project: &Project) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "domain_id": account.id,
        "parent_id": account.id,
        "enabled": true,
        "is_domain": false,
        "description": "",
        "links": { "self": format!("https://iam.myhuaweicloud.com/v3/projects/{}", project.id) },
    })
}

/// `KeystoneListProjects`.
pub fn list_projects(call: &mut Call) -> Result<Answer, ApiError> {
    let (account, query) = (&call.account, &call.query);
    let wrong = |message: String| ApiError::iam(400, message);
    let page = query.integer("page", 1..=1_000_000).map_err(wrong)?.unwrap_or(1);
    let size = query.integer("per_page", 1..=5000).map_err(wrong)?.unwrap_or(5000);
    let number = |number: i64| usize::try_from(number).unwrap_or(0);
    let enabled = query.boolean("enabled").map_err(wrong)?;
    let is_wanted = |project: &&Project| {
        query.admits("name", &project.name)
            && query.admits("domain_id", &account.id)
            && enabled != Some(false)
    };
    let projects: Vec<Value> = account
        .projects
        .iter()
        .filter(is_wanted)
        .skip(number(page - 1).saturating_mul(number(size)))
        .take(number(size))
        .map(|project| project_json(account, project))
        .collect();
    let links = json!({ "self": "https://iam.myhuaweicloud.com/v3/projects", "next": Value::Null, "previous": Value::Null });
    Answer::ok(json!({ "projects": projects, "links": links }))
}

/// `KeystoneListAuthDomains`.
pub fn list_domains(call: &mut Call) -> Result<Answer, ApiError> {
    let account = &call.account;
    let links = json!({ "self": "https://iam.myhuaweicloud.com/v3/auth/domains", "next": Value::Null, "previous": Value::Null });
    let domain =
        json!({ "id": account.id, "name": account.name, "enabled": true, "description": "", "links": {} });
    Answer::ok(json!({ "domains": [domain], "links": links }))
}

/// `KeystoneShowCatalog`, which the Terraform provider asks for unless it is told not to. It is empty: whoever has given
/// one address for all services does not need theirs.
pub fn show_catalog(_: &mut Call) -> Result<Answer, ApiError> {
    let links = json!({ "self": "https://iam.myhuaweicloud.com/v3/auth/catalog", "next": Value::Null, "previous": Value::Null });
    Answer::ok(json!({ "catalog": [], "links": links }))
}

/// `KeystoneCreateUserTokenByPassword`: the token itself is a header of the answer.
pub fn create_token(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let (name, password) =
        password_of(&body).ok_or_else(|| ApiError::iam(400, "Request body is invalid."))?;
    let refused = || ApiError::iam(401, "The username or password is wrong.");
    let user =
        call.account.users.get(name).filter(|user| user.password == password).ok_or_else(refused)?.clone();
    let project = scope(call, &body)?;
    let expires = call.wall.plus(TOKEN_SECONDS);
    let id = secret_of(call, "token");
    let token = Token { id: id.clone(), user: user.name.clone(), policy: user.policy.clone(), expires };
    call.account.tokens.insert(token);
    let domain = json!({ "id": call.account.id, "name": call.account.name });
    let mut shown = json!({
        "methods": ["password"],
        "issued_at": call.wall.to_vendor_text() + "Z",
        "expires_at": expires.to_vendor_text() + "Z",
        "user": { "id": user.name, "name": user.name, "domain": domain.clone() },
        "roles": [],
        "catalog": [],
    });
    match project {
        Some(project) => shown["project"] = json!({ "id": project.0, "name": project.1, "domain": domain }),
        None => shown["domain"] = domain,
    }
    let body = Some(json!({ "token": shown }));
    Ok(Answer { status: 201, body, headers: vec![("x-subject-token", id)] })
}

fn password_of(body: &Value) -> Option<(&str, &str)> {
    let user = body.pointer("/auth/identity/password/user")?;
    // Here the id of a user is the name.
    let name = user.get("name").or_else(|| user.get("id"));
    Some((name?.as_str()?, user.get("password")?.as_str()?))
}

/// Id and name of the project that a token is to be good for.
fn scope(call: &Call, body: &Value) -> Result<Option<(String, String)>, ApiError> {
    let Some(wanted) = body.pointer("/auth/scope/project") else { return Ok(None) };
    let is_wanted = |project: &&Project| {
        let is = |name: &str, own: &str| wanted.get(name).is_some_and(|wanted| wanted == own);
        is("id", &project.id) || is("name", &project.name)
    };
    let project = call.account.projects.iter().find(is_wanted);
    let project = project.ok_or_else(|| ApiError::iam(401, "The project does not exist."))?;
    Ok(Some((project.id.clone(), project.name.clone())))
}

/// A text that nobody guesses by accident, made by counting.
fn secret_of(call: &mut Call, kind: &str) -> String {
    let number = call.ids.next_number();
    hex(&Sha256::digest(format!("{kind} {number} of {}", call.account.id).as_bytes()))
}

/// Makes a temporary key.
fn temporary_key(call: &mut Call, user: String, policy: Option<Policy>, seconds: i64) -> Key {
    let mut id = secret_of(call, "key").to_ascii_uppercase();
    id.truncate(20);
    let key = Key {
        id,
        secret: secret_of(call, "secret"),
        user,
        policy,
        inactive: false,
        security_token: Some(secret_of(call, "security token")),
        expires: Some(call.wall.plus(seconds)),
    };
    call.account.keys.insert(key.clone());
    key
}

/// `CreateTemporaryAccessKey`, by token or by agency.
pub fn create_temporary_key(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let invalid = || ApiError::iam(400, "Request body is invalid.");
    let identity = body.pointer("/auth/identity").ok_or_else(invalid)?;
    let method = identity.pointer("/methods/0").and_then(Value::as_str).ok_or_else(invalid)?;
    let details = identity.get(method).cloned().unwrap_or_else(|| json!({}));
    let seconds = duration(details.get("duration_seconds"))?;
    let (user, policy) = match method {
        "token" => (call.caller.user.clone(), call.caller.policy.clone()),
        "assume_role" => {
            let name = details.get("agency_name").and_then(Value::as_str).ok_or_else(invalid)?;
            (format!("agency/{name}"), agency_policy(call, name, &details)?)
        }
        _ => return Err(invalid()),
    };
    let key = temporary_key(call, user, policy, seconds);
    let shown = json!({
        "access": key.id,
        "secret": key.secret,
        "securitytoken": key.security_token,
        "expires_at": key.expires.map(|time| time.to_vendor_text() + "Z"),
    });
    Answer::with(201, json!({ "credential": shown }))
}

fn duration(value: Option<&Value>) -> Result<i64, ApiError> {
    let (default, least, most) = DURATION;
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(default) };
    let seconds = value.as_i64().filter(|seconds| (least..=most).contains(seconds));
    seconds.ok_or_else(|| ApiError::iam(400, format!("duration_seconds must be from {least} to {most}.")))
}

/// `CreateTokenByIdToken`: a token of an identity provider for one of IAM, which is a header of the answer.
///
/// Source: IAM API v3, "Obtaining a Federated Token Using an `OpenID` Connect ID Token".
pub fn create_token_by_id_token(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let sent = body.pointer("/auth/id_token/id").and_then(Value::as_str).unwrap_or_default();
    let provider = call.header("x-idp-id").unwrap_or_default().to_owned();
    let policy = believed(call, &provider, sent)?;
    let expires = call.wall.plus(TOKEN_SECONDS);
    let id = secret_of(call, "token");
    let user = format!("federated/{provider}");
    call.account.tokens.insert(Token { id: id.clone(), user: user.clone(), policy, expires });
    let body = json!({ "token": {
        "methods": ["mapped"],
        "issued_at": call.wall.to_vendor_text() + "Z",
        "expires_at": expires.to_vendor_text() + "Z",
        "user": { "id": user, "name": user, "domain": { "id": call.account.id, "name": call.account.name } },
    } });
    Ok(Answer { status: 201, body: Some(body), headers: vec![("x-subject-token", id)] })
}

/// What whoever has a token of an identity provider may do.
fn believed(call: &Call, provider: &str, token: &str) -> Result<Option<Policy>, ApiError> {
    let known = call.account.identity_providers.get(provider);
    let known =
        known.ok_or_else(|| ApiError::iam(404, format!("Could not find Identity Provider: {provider}.")))?;
    if !known.tokens.iter().any(|known| known == token) {
        return Err(ApiError::iam(401, "The ID token is not valid."));
    }
    Ok(known.policy.clone())
}

/// `AssumeAgencyWithOidc`, which nobody signs: a token of an identity provider for the key of an agency.
///
/// Source: `huaweicloudsdkcore` 3.1.219, `OidcStsAccessor`.
pub fn assume_agency_with_oidc(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let provider = fields.required_text("provider_urn")?;
    let provider = provider.rsplit(':').next().unwrap_or_default().to_owned();
    believed(call, &provider, fields.required_text("id_token")?)?;
    assume_agency(call)
}

/// Source: ECS user guide, "Metadata": the token lasts as long as was asked for, at most six hours. Only that it is one of
/// ours is looked at.
const METADATA_TOKEN: &str = "the token of this server's metadata";

/// `PUT /meta-data/latest/api/token`: a text.
pub fn metadata_token(call: &mut Call) -> Result<Answer, ApiError> {
    let seconds = call.header("x-metadata-token-ttl-seconds").and_then(|text| text.parse::<i64>().ok());
    if !seconds.is_some_and(|seconds| (1..=21_600).contains(&seconds)) {
        return Err(ApiError::iam(400, "X-Metadata-Token-Ttl-Seconds must be from 1 to 21600."));
    }
    Answer::with(200, Value::from(metadata_token_of(call)))
}

fn metadata_token_of(call: &Call) -> String {
    hex(&Sha256::digest(format!("{METADATA_TOKEN} of {}", call.account.id).as_bytes()))
}

/// `GET /openstack/latest/securitykey`: the key of the server's agency.
pub fn metadata_key(call: &mut Call) -> Result<Answer, ApiError> {
    if call.header("x-metadata-token").is_some_and(|sent| sent != metadata_token_of(call)) {
        return Err(ApiError::iam(401, "The metadata token is not valid."));
    }
    let agency =
        call.account.server_agency.as_ref().and_then(|name| call.account.agencies.get(name)).cloned();
    let none = || ApiError::iam(401, "Please configure Cloud Service Agency first");
    let agency = agency.ok_or_else(none)?;
    let key = temporary_key(call, format!("agency/{}", agency.name), agency.policy, TOKEN_SECONDS);
    Answer::ok(json!({ "credential": {
        "access": key.id,
        "secret": key.secret,
        "securitytoken": key.security_token,
        "expires_at": key.expires.map(|time| time.to_vendor_text() + "Z"),
    } }))
}

/// `GET /openstack/latest/meta_data.json`: where the server is, which is the first project's region.
pub fn metadata(call: &mut Call) -> Result<Answer, ApiError> {
    let project = call.account.projects.iter().next();
    let server = project.and_then(|project| project.servers.iter().next());
    Answer::ok(json!({
        "uuid": server.map(|server| server.id.as_str()),
        "name": server.map(super::estate::Server::name),
        "project_id": project.map(|project| project.id.as_str()),
        "region_id": project.map(Project::region),
        "availability_zone": project.map(|project| project.zone(None)),
        "meta": {},
    }))
}

fn agency_policy(call: &Call, name: &str, details: &Value) -> Result<Option<Policy>, ApiError> {
    let is = |key: &str, own: &str| details.get(key).is_some_and(|wanted| wanted == own);
    let is_here = is("domain_id", &call.account.id) || is("domain_name", &call.account.name);
    let agency = call.account.agencies.get(name).filter(|_| is_here);
    let missing = || ApiError::iam(404, format!("Could not find agency {name}."));
    Ok(agency.ok_or_else(missing)?.policy.clone())
}

/// `GetCallerIdentity`.
pub fn caller_identity(call: &mut Call) -> Result<Answer, ApiError> {
    let (account, user) = (&call.account.id, &call.caller.user);
    Answer::ok(json!({
        "account_id": account,
        "principal_id": user,
        "principal_urn": format!("iam::{account}:user:{user}"),
    }))
}

/// `AssumeAgency`.
pub fn assume_agency(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let (urn, session) = (fields.required_text("agency_urn")?, fields.required_text("agency_session_name")?);
    let seconds = duration(fields.value("duration_seconds"))?;
    let name = urn.strip_prefix(&format!("iam::{}:agency:", call.account.id)).unwrap_or_default();
    let missing = || ApiError::iam(404, format!("Could not find agency {urn}."));
    let policy = call.account.agencies.get(name).ok_or_else(missing)?.policy.clone();
    let key = temporary_key(call, format!("agency/{name}/{session}"), policy, seconds);
    Answer::ok(json!({
        "source_identity": Value::Null,
        "assumed_agency": { "urn": urn, "id": session },
        "credentials": {
            "access_key_id": key.id,
            "secret_access_key": key.secret,
            "security_token": key.security_token,
            "expiration": key.expires.map(|time| time.to_string()),
        },
    }))
}

/// `ListEnterpriseProject`.
pub fn list_enterprise_projects(call: &mut Call) -> Result<Answer, ApiError> {
    let shown = |id: &str, name: &str| {
        let made = Time::from_unix(0).to_string();
        json!({ "id": id, "name": name, "description": "", "status": 1, "type": "prod", "created_at": made, "updated_at": made })
    };
    let others = call.account.enterprise_projects.iter().map(|project| shown(&project.id, &project.name));
    let projects: Vec<Value> = std::iter::once(shown("0", "default")).chain(others).collect();
    Answer::ok(json!({ "enterprise_projects": projects, "total_count": projects.len() }))
}

/// `MigrateResource`: puts a vault into another enterprise project.
pub fn migrate_to_enterprise_project(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let target = call.param("enterprise_project_id").to_owned();
    if !call.account.has_enterprise_project(&target) {
        return Err(ApiError::eps(404, "EPS.0004", "The enterprise project does not exist."));
    }
    let (id, kind) = (fields.required_text("resource_id")?, fields.required_text("resource_type")?);
    let missing = || ApiError::eps(404, "EPS.0005", "The resource does not exist.");
    let mut projects = call.account.projects.iter_mut();
    let vault = projects.find_map(|project| project.vaults.get_mut(id)).filter(|_| kind == "vault");
    vault.ok_or_else(missing)?.enterprise_project = target;
    Answer::empty()
}

/// `ShowResourceBindEnterpriseProject`: what belongs to an enterprise project; of all sorts only vaults are known here.
///
/// Source: EPS API v1.0, "Querying Resources in an Enterprise Project"; terraform-provider-huaweicloud waits for a vault
/// that has moved to be listed here, page by page until one is empty.
pub fn list_enterprise_resources(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let target = call.param("enterprise_project_id").to_owned();
    if !call.account.has_enterprise_project(&target) {
        return Err(ApiError::eps(404, "EPS.0004", "The enterprise project does not exist."));
    }
    let limit = fields.integer("limit", 1..=1000)?.unwrap_or(10);
    let offset = fields.integer("offset", 0..=i64::from(i32::MAX))?.unwrap_or(0);
    let (projects, kinds) = (fields.texts("projects")?, fields.texts("resource_types")?);
    let is_wanted = |project: &&Project| projects.as_ref().is_none_or(|ids| ids.contains(&project.id));
    let wants_vaults = kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == "vault"));
    let shown = |project: &Project, vault: &super::vault::Vault| {
        json!({
            "resource_id": vault.id,
            "resource_name": vault.name,
            "resource_type": "vault",
            "project_id": project.id,
            "project_name": project.name,
            "enterprise_project_id": target,
            "resource_detail": Value::Null,
        })
    };
    let of = |project: &Project| -> Vec<Value> {
        let vaults = project.vaults.iter().filter(|vault| wants_vaults && vault.enterprise_project == target);
        vaults.map(|vault| shown(project, vault)).collect()
    };
    let all: Vec<Value> = call.account.projects.iter().filter(is_wanted).flat_map(of).collect();
    let number = |number: i64| usize::try_from(number).unwrap_or(0);
    let count = all.len();
    let page: Vec<Value> = all.into_iter().skip(number(offset)).take(number(limit)).collect();
    Answer::ok(json!({ "resources": page, "errors": [], "total_count": count }))
}
