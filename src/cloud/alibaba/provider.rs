//! The provider `alicloud`: its arguments, and the resource types behind the [`Cloud`] trait.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::acts;
use super::capture;
use super::client::{Client, ClientOptions};
use super::credentials::keyring::Keyring;
use super::credentials::origin::{AssumedRole, Origin, StsPlace};
use super::credentials::{self, Credentials, CredentialsError, Explicit, Found, Oidc};
use super::doctor;
use super::endpoint::Endpoints;
use super::permissions::NEEDS;
use super::reports;
use super::resources::{ecs_file_backup, instances, snapshots};
use super::role::Role;
use crate::cloud::connection::{self, Shared};
use crate::cloud::error::Error;
use crate::cloud::http::{Endpoint, HttpError};
use crate::cloud::outside::{Outside, first_set, nowhere};
use crate::cloud::permissions::{self, Stage};
use crate::cloud::provider::{Answer, Cloud};
use crate::model::act::{Asked, Drafted, Ran, Watch};
use crate::model::address::Address;
use crate::model::desired::{ProviderConfig, Scope};
use crate::model::live::{Candidate, Judgement, Listing, LiveObject, Stake};
use crate::model::report::{Depth, Finding, Job, RecoveryPoint, Server, ServerStatus, Usage};
use crate::model::risk::Evidence;
use crate::model::schema::{Attribute, Kind, Presence, ProviderSchema};
use crate::model::value::{Object, Value};
use crate::wire::Captured;

/// The provider's name.
pub const NAME: &str = "alicloud";

/// The region whose endpoint answers questions about the account, where the provider names none.
const ANY_REGION: &str = "cn-hangzhou";

const ENDPOINTS: Kind = Kind::Object(&[("ecs", Kind::String), ("hbr", Kind::String), ("sts", Kind::String)]);

const ASSUME_ROLE_WITH_OIDC: Kind = Kind::Object(&[
    ("role_arn", Kind::String),
    ("oidc_provider_arn", Kind::String),
    ("oidc_token_file", Kind::String),
    ("role_session_name", Kind::String),
    ("policy", Kind::String),
    ("session_expiration", Kind::Number),
]);

const ASSUME_ROLE: Kind = Kind::Object(&[
    ("role_arn", Kind::String),
    ("session_name", Kind::String),
    ("policy", Kind::String),
    ("session_expiration", Kind::Number),
    ("external_id", Kind::String),
]);

/// An argument that Terraform's provider takes and that has nothing to change here.
const fn unused(name: &'static str, kind: Kind) -> Attribute {
    Attribute::new(
        name,
        kind,
        Presence::Optional,
        "Accepted because Terraform's provider has it; changes nothing.",
    )
}

/// Source: terraform-provider-alicloud, provider arguments.
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "region",
        Kind::String,
        Presence::Optional,
        "The region of everything that names none itself.",
    ),
    Attribute::new("access_key", Kind::String, Presence::Optional, "The id of the access key."),
    Attribute::new("secret_key", Kind::String, Presence::Optional, "The secret of the access key."),
    Attribute::new(
        "security_token",
        Kind::String,
        Presence::Optional,
        "The token of a temporary access key.",
    ),
    Attribute::new("profile", Kind::String, Presence::Optional, "A profile of the Alibaba Cloud CLI."),
    Attribute::new(
        "shared_credentials_file",
        Kind::String,
        Presence::Optional,
        "The file of these profiles; `~/.aliyun/config.json` where left out.",
    ),
    Attribute::new(
        "ecs_role_name",
        Kind::String,
        Presence::Optional,
        "The RAM role of the instance that this runs on.",
    ),
    Attribute::new(
        "credentials_uri",
        Kind::String,
        Presence::Optional,
        "An address that hands out temporary access keys.",
    ),
    Attribute::new("assume_role", ASSUME_ROLE, Presence::Optional, "The role to make all calls in.")
        .as_block(),
    Attribute::new(
        "assume_role_with_oidc",
        ASSUME_ROLE_WITH_OIDC,
        Presence::Optional,
        "The role to make all calls in, for a token of an identity provider.",
    )
    .as_block(),
    Attribute::new(
        "endpoints",
        ENDPOINTS,
        Presence::Optional,
        "Addresses to use in place of the public ones.",
    )
    .as_block(),
    unused("account_type", Kind::String),
    unused("client_connect_timeout", Kind::Number),
    unused("client_read_timeout", Kind::Number),
    unused("configuration_source", Kind::String),
    unused("max_retry_timeout", Kind::Number),
    unused("protocol", Kind::String),
    unused("skip_region_validation", Kind::Bool),
];

/// What a `provider "alicloud"` block may say.
pub const PROVIDER: ProviderSchema = ProviderSchema {
    name: NAME,
    attributes: ATTRIBUTES,
    doc: "Alibaba Cloud: Cloud Backup (HBR) of ECS instances.",
};

/// Where credentials may come from besides the `provider` block.
pub type Keys<'a> = connection::Keys<'a, Credentials>;

/// A provider that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No credentials, or unusable ones.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// An endpoint that will not be called.
    #[error(transparent)]
    Endpoint(#[from] HttpError),
}

/// The provider, configured.
#[derive(Clone, Debug)]
pub struct Alibaba {
    client: Client,
    region: Option<String>,
}

impl Alibaba {
    /// Finds credentials and endpoints. Calls nobody.
    ///
    /// # Errors
    ///
    /// When credentials are missing or unusable, or an endpoint is.
    pub fn connect(config: &ProviderConfig, keys: Keys<'_>, shared: &Shared) -> Result<Self, ConnectError> {
        let found = find_credentials(&config.arguments, keys)?;
        let region = config.region().map(str::to_owned).or(found.region);
        let client = Client::new(ClientOptions {
            http: shared.http.clone(),
            host: shared.host.clone(),
            rates: shared.rates.clone(),
            keys: keyring(found.origin, role(&config.arguments, keys)?.or(found.role), keys),
            endpoints: endpoints(&config.arguments, keys)?,
            parallelism: shared.parallelism,
        });
        Ok(Self { client, region })
    }

    /// The client, for what is no resource type: restores, statistics.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where the keys come from, in words that hold nothing of them. Calls nobody.
    pub fn source(&self) -> String {
        self.client.keys().origin().to_string()
    }

    /// The region of the `provider` block or of the profile.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// A region to ask about the account in.
    fn any_region(&self) -> &str {
        self.region().unwrap_or(ANY_REGION)
    }
}

/// The keys of the place that was found, or of a role that they assume.
fn keyring(origin: Origin, role: Option<(Role, StsPlace)>, keys: Keys<'_>) -> Arc<Keyring> {
    let outside = match keys {
        Keys::Emulator(_) => nowhere(),
        Keys::Outside(outside) => outside.clone(),
    };
    let base = Arc::new(Keyring::new(origin, outside.clone()));
    let Some((role, place)) = role else { return base };
    Arc::new(Keyring::new(Origin::Role(Box::new(AssumedRole { base, role, place })), outside))
}

/// The region that the environment names, for a provider that names none itself.
pub fn region_of_environment(outside: &dyn Outside) -> Option<String> {
    first_set(&credentials::REGION, outside).map(|(_, region)| region)
}

/// Credentials of the block, and of the place that may complete them.
fn find_credentials(arguments: &Object, keys: Keys<'_>) -> Result<Found, CredentialsError> {
    let text = |name: &str| {
        arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let explicit = Explicit {
        access_key: text("access_key"),
        secret_key: text("secret_key").map(Into::into),
        security_token: text("security_token").map(Into::into),
        profile: text("profile"),
        shared_credentials_file: text("shared_credentials_file"),
        oidc: oidc(arguments, keys)?,
        ecs_role_name: text("ecs_role_name"),
        credentials_uri: text("credentials_uri"),
    };
    match keys {
        Keys::Outside(outside) => credentials::find(&explicit, outside),
        Keys::Emulator(own) => {
            let origin = Origin::Key(Arc::new(of_emulator(explicit, own)));
            Ok(Found { origin, region: None, role: None })
        }
    }
}

/// The block's own key where it is complete, or else the emulator's.
fn of_emulator(explicit: Explicit, own: &Credentials) -> Credentials {
    match (explicit.access_key, explicit.secret_key) {
        (Some(key_id), Some(secret)) => {
            Credentials::new(key_id, secret, explicit.security_token, "the provider's arguments".to_owned())
        }
        _ => own.clone(),
    }
}

/// The fields of a block that may stand once, by name.
struct Fields(Option<Value>);

impl Fields {
    fn text(&self, name: &str) -> Option<String> {
        let value = self.0.as_ref()?.attribute(name)?;
        value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.0.as_ref()?.attribute(name)?.as_i64()
    }
}

/// The STS that the environment names.
fn sts_place(keys: Keys<'_>) -> Result<StsPlace, CredentialsError> {
    match keys {
        Keys::Emulator(_) => Ok(StsPlace::default()),
        Keys::Outside(outside) => credentials::sts_place(&**outside),
    }
}

/// The block's token of an identity provider, and what it is exchanged for.
fn oidc(arguments: &Object, keys: Keys<'_>) -> Result<Option<Oidc>, CredentialsError> {
    let block = Fields(single(arguments, "assume_role_with_oidc"));
    let Some(arn) = block.text("role_arn") else { return Ok(None) };
    Ok(Some(Oidc {
        from: "assume_role_with_oidc of the provider".to_owned(),
        provider: block.text("oidc_provider_arn").unwrap_or_default(),
        token_file: block.text("oidc_token_file").unwrap_or_default().into(),
        role: Role {
            arn,
            session_name: block.text("role_session_name"),
            session_seconds: block.number("session_expiration"),
            policy: block.text("policy"),
            external_id: None,
        },
        place: sts_place(keys)?,
    }))
}

/// The role that the block or else the environment wants to call in, and the STS that hands out its keys.
fn role(arguments: &Object, keys: Keys<'_>) -> Result<Option<(Role, StsPlace)>, CredentialsError> {
    if matches!(keys, Keys::Emulator(_)) && !arguments.contains_key("access_key") {
        // The emulator's own key has all permissions already, and roles of a real account are not in its world.
        return Ok(None);
    }
    let block = Fields(single(arguments, "assume_role"));
    let role = match (block.text("role_arn"), keys) {
        (Some(arn), _) => Some(Role {
            arn,
            session_name: block.text("session_name"),
            session_seconds: block.number("session_expiration"),
            policy: block.text("policy"),
            external_id: block.text("external_id"),
        }),
        (None, Keys::Outside(outside)) => credentials::role(&**outside),
        (None, Keys::Emulator(_)) => None,
    };
    let place = role.is_some().then(|| sts_place(keys)).transpose()?;
    Ok(role.zip(place))
}

/// The value of a block that may stand once.
fn single(arguments: &Object, name: &str) -> Option<Value> {
    let value = arguments.get(name)?;
    // A block that may be repeated comes as a list.
    value.as_slice().map_or_else(|| Some(value.clone()), |blocks| blocks.first().cloned())
}

/// Endpoints of the block, and the network that the environment chooses.
fn endpoints(arguments: &Object, keys: Keys<'_>) -> Result<Endpoints, HttpError> {
    let block = single(arguments, "endpoints");
    let explicit = |name: &str| {
        let value = block.as_ref().and_then(|block| block.attribute(name));
        let text = value.as_ref().and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(Endpoint::parse).transpose()
    };
    let network = match keys {
        Keys::Emulator(_) => None,
        Keys::Outside(outside) => outside.variable(credentials::ENDPOINT_TYPE),
    };
    Ok(Endpoints {
        vpc: network.is_some_and(|network| network.eq_ignore_ascii_case("vpc")),
        hbr: explicit("hbr")?,
        ecs: explicit("ecs")?,
        sts: explicit("sts")?,
    })
}

impl Cloud for Alibaba {
    fn list<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        observed: &'a BTreeSet<Arc<str>>,
    ) -> Answer<'a, Listing> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::list(&self.client, scope, observed).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn confirm<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        ids: &'a [Arc<str>],
    ) -> Answer<'a, Vec<LiveObject>> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::confirm(&self.client, scope, ids).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn read<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        id: Option<&'a str>,
        identity: Option<&'a str>,
    ) -> Answer<'a, Option<LiveObject>> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::read(&self.client, scope, id, identity).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn evidence<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        stakes: &'a [Stake],
    ) -> Answer<'a, BTreeMap<Arc<str>, Evidence>> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::evidence(&self.client, scope, stakes).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn judge<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        candidates: &'a [Candidate],
    ) -> Answer<'a, BTreeMap<Address, Judgement>> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::judge(&self.client, scope, candidates).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn read_data<'a>(&'a self, kind: &'a str, scope: &'a Scope, arguments: &'a Object) -> Answer<'a, Object> {
        Box::pin(async move {
            match kind {
                instances::NAME => instances::read(&self.client, scope, arguments).await,
                snapshots::NAME => snapshots::read(&self.client, scope, arguments).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn account(&self) -> Answer<'_, String> {
        Box::pin(async move {
            let identity = self.client.get_caller_identity(self.any_region()).await?;
            Ok(identity.account_id.unwrap_or_default())
        })
    }

    fn prepare<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            match name {
                ecs_file_backup::OPEN_CLOUD_BACKUP => {
                    self.client.open_hbr_service(self.any_region()).await.map(drop)
                }
                _ => Err(unknown(name)),
            }
        })
    }

    fn create<'a>(&'a self, kind: &'a str, scope: &'a Scope, values: &'a Object) -> Answer<'a, Arc<str>> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::create(&self.client, scope, values).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn update<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        live: &'a LiveObject,
        desired: &'a Object,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::update(&self.client, scope, live, desired).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn delete<'a>(&'a self, kind: &'a str, scope: &'a Scope, live: &'a LiveObject) -> Answer<'a, ()> {
        Box::pin(async move {
            match kind {
                ecs_file_backup::NAME => ecs_file_backup::delete(&self.client, scope, live).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn draft<'a>(&'a self, kind: &'a str, scope: &'a Scope, asked: &'a [Asked]) -> Answer<'a, Vec<Drafted>> {
        Box::pin(async move {
            match kind {
                acts::backup::NAME => acts::backup::draft(&self.client, scope, asked).await,
                acts::restore::NAME => acts::restore::draft(&self.client, scope, asked).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn run<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        values: &'a Object,
        token: &'a str,
        watch: &'a dyn Watch,
    ) -> Answer<'a, Ran> {
        Box::pin(async move {
            match kind {
                acts::backup::NAME => acts::backup::run(&self.client, scope, values, watch).await,
                acts::restore::NAME => acts::restore::run(&self.client, scope, values, token, watch).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn examine<'a>(&'a self, region: &'a str, users: &'a BTreeSet<&'a str>) -> Answer<'a, Vec<Finding>> {
        let actions = permissions::actions(NEEDS, users, Stage::Apply);
        Box::pin(async move { Ok(doctor::examine(self, region, &actions).await) })
    }

    fn statuses<'a>(
        &'a self,
        region: &'a str,
        servers: Option<&'a [String]>,
        depth: Depth,
    ) -> Answer<'a, Vec<ServerStatus>> {
        Box::pin(reports::statuses(&self.client, region, servers, depth))
    }

    fn jobs<'a>(&'a self, region: &'a str, server: &'a str) -> Answer<'a, Vec<Job>> {
        Box::pin(reports::jobs(&self.client, region, server))
    }

    fn recovery_points<'a>(
        &'a self,
        region: &'a str,
        servers: &'a [String],
    ) -> Answer<'a, Vec<RecoveryPoint>> {
        Box::pin(reports::recovery_points(&self.client, region, servers))
    }

    fn usage<'a>(&'a self, region: &'a str) -> Answer<'a, Option<Usage>> {
        Box::pin(async move { reports::usage(&self.client, region).await.map(Some) })
    }

    fn servers<'a>(
        &'a self,
        region: &'a str,
        tags: &'a BTreeMap<String, Option<String>>,
    ) -> Answer<'a, Vec<Server>> {
        Box::pin(reports::servers(&self.client, region, tags))
    }

    fn capture<'a>(&'a self, region: &'a str, touched: &'a BTreeSet<String>) -> Answer<'a, Option<Captured>> {
        Box::pin(async move {
            let captured = capture::capture(&self.client, region, touched).await?;
            Ok(Some(Captured::Alibaba(Box::new(captured))))
        })
    }
}

/// The configuration was checked against the schemas, so this tells of a type that is in them and not here.
fn unknown(kind: &str) -> Error {
    Error::UnknownKind { provider: NAME.to_owned(), kind: kind.to_owned() }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::cloud::host::fake::FakeHost;
    use crate::cloud::http::fake::{FakeServer, json};
    use crate::cloud::http::{Http, HttpOptions};
    use crate::cloud::outside::fake::FakeOutside;
    use crate::cloud::rate::RateLimiter;
    use crate::model::desired::ProviderKey;

    fn config(arguments: &[(&str, Value)]) -> ProviderConfig {
        ProviderConfig {
            key: ProviderKey::default_of(NAME),
            arguments: arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
            declared_at: None,
        }
    }

    fn shared(options: HttpOptions) -> Shared {
        Shared {
            http: Arc::new(Http::new(options)),
            host: FakeHost::new().shared(),
            rates: Arc::new(RateLimiter::default()),
            parallelism: 2,
        }
    }

    fn own() -> Credentials {
        Credentials::new("own-id".into(), "own-secret".to_owned().into(), None, "the emulator".into())
    }

    #[test]
    fn the_emulator_reads_nobodys_keys() {
        let check = |arguments: &[(&str, Value)], expected: (&str, &str)| {
            let own = own();
            let found =
                find_credentials(&config(arguments).arguments, Keys::Emulator(&own)).expect("credentials");
            let Origin::Key(key) = &found.origin else { panic!("{found:?}") };
            assert_eq!((key.key_id.as_str(), key.secret.expose_secret()), expected);
        };
        check(&[], ("own-id", "own-secret"));
        check(&[("profile", Value::string("prod"))], ("own-id", "own-secret"));
        check(&[("access_key", Value::string("a"))], ("own-id", "own-secret"));
        check(&[("access_key", Value::string("a")), ("secret_key", Value::string("b"))], ("a", "b"));
    }

    #[test]
    fn a_role_is_taken_from_the_block_or_else_from_the_environment() {
        let block =
            Value::object([("role_arn", Value::string("arn")), ("session_expiration", Value::from(900_i64))]);
        let arguments = config(&[("assume_role", block)]).arguments;
        let outside: Arc<dyn Outside> =
            Arc::new(FakeOutside::variables(&[("ALICLOUD_ASSUME_ROLE_ARN", "other")]));
        let role = |arguments: &Object, keys: Keys<'_>| {
            super::role(arguments, keys).expect("a role or none").map(|(role, _)| role)
        };
        let own = own();
        let expected = Role { arn: "arn".into(), session_seconds: Some(900), ..Role::default() };
        assert_eq!(role(&arguments, Keys::Outside(&outside)), Some(expected));
        let by_environment = role(&Object::new(), Keys::Outside(&outside));
        assert_eq!(by_environment.map(|role| role.arn), Some("other".to_owned()));
        assert_eq!(role(&arguments, Keys::Emulator(&own)), None);
    }

    #[test]
    fn endpoints_come_from_the_block_and_the_network_from_the_environment() {
        let check = |endpoints_block: Option<Value>, network: &str, expected: Option<(&str, bool)>| {
            let outside: Arc<dyn Outside> =
                Arc::new(FakeOutside::variables(&[("ALIBABA_CLOUD_ENDPOINT_TYPE", network)]));
            let arguments: Vec<_> = endpoints_block.into_iter().map(|block| ("endpoints", block)).collect();
            let endpoints = endpoints(&config(&arguments).arguments, Keys::Outside(&outside)).ok();
            let made = endpoints.map(|endpoints| {
                let hbr = endpoints.hbr.map_or_else(|| "-".to_owned(), |endpoint| endpoint.host());
                (hbr, endpoints.vpc)
            });
            assert_eq!(made.as_ref().map(|(hbr, vpc)| (hbr.as_str(), *vpc)), expected);
        };
        let block = |address: &str| Value::object([("hbr", Value::string(address))]);
        check(None, "", Some(("-", false)));
        check(None, "vpc", Some(("-", true)));
        check(Some(block("http://127.0.0.1:8080")), "", Some(("127.0.0.1:8080", false)));
        check(Some(Value::tuple([block("hbr.example.com")])), "", Some(("hbr.example.com", false)));
        check(Some(block("http://hbr.example.com")), "", None);
    }

    #[test]
    fn arguments_that_would_change_who_calls_are_never_swallowed() {
        let unused: Vec<&str> =
            ATTRIBUTES.iter().filter(|a| a.doc.ends_with("changes nothing.")).map(|a| a.name).collect();
        assert!(unused.contains(&"skip_region_validation"));
        for name in ["ecs_role_name", "credentials_uri", "assume_role_with_oidc", "account_id"] {
            assert!(!unused.contains(&name), "{name}");
        }
    }

    #[test]
    fn a_region_comes_from_the_block_or_the_profile() {
        let profiles = r#"{"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"i","access_key_secret":"s","region_id":"cn-beijing"}]}"#;
        let outside: Arc<dyn Outside> =
            Arc::new(FakeOutside::default().file("/home/u/.aliyun/config.json", profiles));
        let check = |arguments: &[(&str, Value)], expected: &str| {
            let shared = shared(HttpOptions::default());
            let provider = Alibaba::connect(&config(arguments), Keys::Outside(&outside), &shared);
            assert_eq!(provider.expect("a provider").region(), Some(expected));
        };
        check(&[], "cn-beijing");
        check(&[("region", Value::string("eu-central-1"))], "eu-central-1");
    }

    #[tokio::test]
    async fn a_kind_that_the_provider_does_not_have_is_an_error() {
        let server = FakeServer::in_order(vec![json(200, r#"{"RequestId":"r","AccountId":"1234"}"#)]);
        let shared = shared(HttpOptions { resolve: Some(server.address), ..HttpOptions::default() });
        let own = own();
        let provider = Alibaba::connect(&config(&[]), Keys::Emulator(&own), &shared).expect("a provider");
        let error = provider.prepare("nonsense").await.expect_err("there is no such step");
        assert_eq!(error.to_string(), "provider alicloud has no nonsense");
        assert_eq!(provider.account().await.expect("an account"), "1234");
    }
}
