//! The provider `huaweicloud`: its arguments, and the resource types behind the [`Cloud`] trait.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::acts;
use super::capture;
use super::client::{Client, ClientOptions};
use super::credentials::origin::Origin;
use super::credentials::{
    self, Agency, Credentials, CredentialsError, Domain, Explicit, Federation, Found, IdToken, Keyring,
};
use super::doctor;
use super::endpoint::{Endpoints, Service};
use super::permissions::NEEDS;
use super::regions::{self, Regions};
use super::reports;
use super::resources::{backups, checkpoint, instances, policies, policy, vault, vaults, volumes};
use crate::cloud::connection::{self, Shared};
use crate::cloud::error::Error;
use crate::cloud::http::{Endpoint, HttpError};
use crate::cloud::outside::{first_set, nowhere};
use crate::cloud::permissions::{self, Stage};
use crate::cloud::provider::{Answer, Cloud};
use crate::model::act::{Asked, Drafted, Ran, Watch};
use crate::model::address::Address;
use crate::model::desired::{ProviderConfig, Scope};
use crate::model::live::{Candidate, Gate, Judgement, Listing, LiveObject, Stake};
use crate::model::report::{Depth, Finding, Job, RecoveryPoint, Server, ServerStatus, Usage};
use crate::model::risk::Evidence;
use crate::model::schema::{Attribute, Kind, Presence, ProviderSchema, Rule};
use crate::model::value::{Object, Value};
use crate::wire::Captured;

/// The provider's name.
pub const NAME: &str = "huaweicloud";

/// The region whose endpoint answers questions about the account, where the provider names none.
const ANY_REGION: &str = "cn-north-4";

/// Names of the domain of all hosts, of the enterprise project and of the IAM's address.
/// Source: terraform-provider-huaweicloud, provider arguments.
const CLOUD: &str = "HW_CLOUD";
const ENTERPRISE_PROJECT: &str = "HW_ENTERPRISE_PROJECT_ID";
const AUTH_URL: &str = "HW_AUTH_URL";

/// Addresses for all regions. Source: `huaweicloudsdkcore` 3.1.219, `auth/internal`.
const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
const STS_ENDPOINT: &str = "HUAWEICLOUD_SDK_STS_ENDPOINT";

const ASSUME_ROLE: Kind = Kind::Object(&[
    ("agency_name", Kind::String),
    ("domain_name", Kind::String),
    ("domain_id", Kind::String),
    ("duration", Kind::Number),
]);

const ASSUME_ROLE_WITH_OIDC: Kind = Kind::Object(&[
    ("agency_name", Kind::String),
    ("domain_name", Kind::String),
    ("domain_id", Kind::String),
    ("duration", Kind::Number),
    ("idp_id", Kind::String),
    ("id_token", Kind::String),
    ("id_token_file", Kind::String),
]);

const DEFAULT_TAGS: Kind = Kind::Object(&[("tags", Kind::Map(&Kind::String))]);

/// An argument that Terraform's provider takes and that has nothing to change here.
const fn unused(name: &'static str, kind: Kind) -> Attribute {
    Attribute::new(
        name,
        kind,
        Presence::Optional,
        "Accepted because Terraform's provider has it; changes nothing.",
    )
}

const fn text(name: &'static str, doc: &'static str) -> Attribute {
    Attribute::new(name, Kind::String, Presence::Optional, doc)
}

/// Source: terraform-provider-huaweicloud, provider arguments.
const ATTRIBUTES: &[Attribute] = &[
    text("region", "The region of everything that names none itself."),
    text("access_key", "The access key (AK)."),
    text("secret_key", "The secret of the access key (SK)."),
    text("security_token", "The token of a temporary access key."),
    text("token", "A token of IAM, in place of a key."),
    text("user_name", "The name of a user, in place of a key."),
    text("user_id", "The id of a user, in place of the name."),
    text("password", "The password of the user."),
    text("domain_name", "The account's name."),
    text("project_name", "The name of the project of the provider's region, in place of its id."),
    Attribute::new("assume_role", ASSUME_ROLE, Presence::Optional, "The agency to make all calls in.")
        .as_block(),
    Attribute::new(
        "assume_role_with_oidc",
        ASSUME_ROLE_WITH_OIDC,
        Presence::Optional,
        "The agency to make all calls in, for a token of an identity provider.",
    )
    .as_block(),
    text("project_id", "The project of the provider's region; the one named like the region where left out."),
    text("domain_id", "The account; looked up where left out."),
    Attribute::new(
        "default_tags",
        DEFAULT_TAGS,
        Presence::Optional,
        "Tags of every resource that has any; one of the resource's own with the same key counts.",
    )
    .as_block(),
    text("enterprise_project_id", "The enterprise project of vaults that name none themselves."),
    text("profile", "A profile of the CLI's configuration; its current one where left out."),
    text("shared_config_file", "The CLI's configuration; `~/.hcloud/config.json` where left out."),
    text("cloud", "The domain of all hosts; `myhuaweicloud.com` where left out."),
    text("auth_url", "The address of IAM, `https://iam.example.com/v3`."),
    Attribute::new(
        "endpoints",
        Kind::Map(&Kind::String),
        Presence::Optional,
        "Addresses to use in place of the public ones, by service: bss, cbr, ecs, eps, evs, iam, sfs-turbo, sts, workspace.",
    ),
    text("signing_algorithm", "HmacSHA256, the only one that this client signs with.")
        .rules(&[Rule::OneOf(&["HmacSHA256"])]),
    unused("insecure", Kind::Bool),
    unused("max_retries", Kind::Number),
    unused("regional", Kind::Bool),
    unused("skip_check_website_type", Kind::Bool),
    unused("skip_check_upgrade", Kind::Bool),
];

/// What a `provider "huaweicloud"` block may say.
pub const PROVIDER: ProviderSchema = ProviderSchema {
    name: NAME,
    attributes: ATTRIBUTES,
    doc: "Huawei Cloud: Cloud Backup and Recovery (CBR) of servers, disks, file systems and desktops.",
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
pub struct Huawei {
    client: Client,
    region: Option<String>,
    enterprise_project: Option<String>,
}

impl Huawei {
    /// Finds credentials and endpoints. Calls nobody.
    ///
    /// # Errors
    ///
    /// When credentials are missing or unusable, or an endpoint is.
    pub fn connect(config: &ProviderConfig, keys: Keys<'_>, shared: &Shared) -> Result<Self, ConnectError> {
        let found = find_credentials(&config.arguments, keys)?;
        let region = config.region().map(str::to_owned).or(found.region);
        let outside = match keys {
            Keys::Emulator(_) => nowhere(),
            Keys::Outside(outside) => outside.clone(),
        };
        let client = Client::new(ClientOptions {
            http: shared.http.clone(),
            host: shared.host.clone(),
            rates: shared.rates.clone(),
            keys: Arc::new(Keyring::new(found.origin, outside)),
            endpoints: endpoints(&config.arguments, keys)?,
            // A project is one of a region; others are looked up by their names.
            projects: region.clone().zip(found.project).into_iter().collect(),
            project_name: found.project_name,
            domain: argument(&config.arguments, "domain_id").or(found.domain),
        });
        let enterprise_project = named(&config.arguments, "enterprise_project_id", ENTERPRISE_PROJECT, keys);
        Ok(Self { client, region, enterprise_project })
    }

    /// The client, for what is no resource type: restores, orders.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The region of the `provider` block or of the place that the key was found in.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The enterprise project of vaults that name none themselves.
    pub fn enterprise_project(&self) -> Option<&str> {
        self.enterprise_project.as_deref()
    }
}

/// An argument that is not empty.
fn argument(arguments: &Object, name: &str) -> Option<String> {
    arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An argument, or else a variable of the environment.
fn named(arguments: &Object, name: &str, variable: &str, keys: Keys<'_>) -> Option<String> {
    argument(arguments, name).or_else(|| match keys {
        Keys::Emulator(_) => None,
        Keys::Outside(outside) => first_set(&[variable], &**outside).map(|(_, text)| text),
    })
}

/// Credentials of the block, and of the place that may complete them.
fn find_credentials(arguments: &Object, keys: Keys<'_>) -> Result<Found, CredentialsError> {
    let text = |name: &str| argument(arguments, name);
    let explicit = Explicit {
        access_key: text("access_key"),
        secret_key: text("secret_key").map(Into::into),
        security_token: text("security_token").map(Into::into),
        token: text("token").map(Into::into),
        user_name: text("user_name"),
        user_id: text("user_id"),
        password: text("password").map(Into::into),
        domain: text("domain_id"),
        domain_name: text("domain_name"),
        agency: agency(arguments, "assume_role").or_else(|| agency(arguments, "assume_role_with_oidc")),
        federation: federation(arguments),
        profile: text("profile"),
        shared_config_file: text("shared_config_file"),
        region: text("region"),
        project: text("project_id"),
        project_name: text("project_name"),
    };
    match keys {
        Keys::Outside(outside) => credentials::find(&explicit, outside),
        Keys::Emulator(own) => Ok(of_emulator(explicit, own)),
    }
}

/// A field of a block that may stand once, where it is not empty.
fn field(arguments: &Object, block: &str, name: &str) -> Option<Value> {
    let value = arguments.get(block)?;
    // A block that may be repeated comes as a list.
    let block = value.as_slice().map_or_else(|| Some(value.clone()), |blocks| blocks.first().cloned())?;
    block.attribute(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
}

/// The agency that a block names.
fn agency(arguments: &Object, block: &str) -> Option<Agency> {
    let text = |name: &str| field(arguments, block, name)?.as_str().map(str::to_owned);
    let domain = text("domain_id").map(Domain::Id).or_else(|| text("domain_name").map(Domain::Name))?;
    let seconds = field(arguments, block, "duration").and_then(|value| value.as_i64());
    Some(Agency { name: text("agency_name")?, domain, seconds })
}

/// The token of an identity provider that a block names.
fn federation(arguments: &Object) -> Option<Federation> {
    let block = "assume_role_with_oidc";
    let text = |name: &str| field(arguments, block, name)?.as_str().map(str::to_owned);
    let file = || text("id_token_file").map(|path| IdToken::File(path.into()));
    let token = text("id_token").map(|token| IdToken::Text(token.into())).or_else(file)?;
    let from = format!("{block} of the provider");
    Some(Federation { from, provider: text("idp_id").unwrap_or_default(), token })
}

/// The block's own key where it is complete, or else the emulator's.
fn of_emulator(explicit: Explicit, own: &Credentials) -> Found {
    let credentials = match (explicit.access_key, explicit.secret_key) {
        (Some(access_key), Some(secret)) => Credentials {
            access_key,
            secret,
            token: explicit.security_token,
            source: "the provider's arguments".to_owned(),
        },
        _ => own.clone(),
    };
    Found {
        origin: Origin::Authority(Arc::new(credentials.into())),
        region: explicit.region,
        project: explicit.project,
        project_name: None,
        domain: None,
    }
}

/// Endpoints of the block, and of the environment where the block has none. Names of services that are not called are nobody's business here.
fn endpoints(arguments: &Object, keys: Keys<'_>) -> Result<Endpoints, HttpError> {
    let mut endpoints = Endpoints::default();
    if let Some(domain) = named(arguments, "cloud", CLOUD, keys) {
        endpoints.domain = domain;
    }
    if let Keys::Outside(outside) = keys {
        endpoints.regions = Regions::load(outside)?;
        for (variable, service) in [(IAM_ENDPOINT, Service::Iam), (STS_ENDPOINT, Service::Sts)] {
            if let Some((_, address)) = first_set(&[variable], &**outside) {
                let endpoint = regions::endpoint(&address, variable)?;
                endpoints.explicit.insert(service, endpoint);
            }
        }
    }
    if let Some(address) = named(arguments, "auth_url", AUTH_URL, keys) {
        let host = address.trim_end_matches('/').trim_end_matches("/v3");
        endpoints.explicit.insert(Service::Iam, Endpoint::parse(host)?);
    }
    let given = arguments.get("endpoints").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, address) in &given {
        let service = Service::ALL.into_iter().find(|service| is_named(*service, name));
        let address = address.as_str().filter(|address| !address.is_empty());
        if let (Some(service), Some(address)) = (service, address) {
            endpoints.explicit.insert(service, Endpoint::parse(address)?);
        }
    }
    Ok(endpoints)
}

/// Terraform's provider knows some services by other names too.
/// Source: terraform-provider-huaweicloud, the catalogue of endpoints.
fn is_named(service: Service, name: &str) -> bool {
    let code = service.code();
    name == code || name.replace('_', "-") == code || (service == Service::Bss && name == "bssv2")
}

impl Cloud for Huawei {
    fn list<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        _observed: &'a BTreeSet<Arc<str>>,
    ) -> Answer<'a, Listing> {
        Box::pin(async move {
            let objects = match kind {
                checkpoint::NAME => checkpoint::list(&self.client, &scope.region).await?,
                policy::NAME => policy::list(&self.client, &scope.region).await?,
                vault::NAME => vault::list(&self.client, &scope.region).await?,
                _ => return Err(unknown(kind)),
            };
            Ok(Listing { objects, preparations: Vec::new() })
        })
    }

    fn confirm<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        ids: &'a [Arc<str>],
    ) -> Answer<'a, Vec<LiveObject>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for id in ids {
                found.extend(self.read(kind, scope, Some(id), None).await?);
            }
            Ok(found)
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
                checkpoint::NAME => checkpoint::read(&self.client, &scope.region, id).await,
                policy::NAME => policy::read(&self.client, &scope.region, id, identity).await,
                vault::NAME => vault::read(&self.client, &scope.region, id, identity).await,
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
                checkpoint::NAME => checkpoint::evidence(&self.client, &scope.region, stakes).await,
                policy::NAME => policy::evidence(&self.client, &scope.region, stakes).await,
                vault::NAME => vault::evidence(&self.client, &scope.region, stakes).await,
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
                checkpoint::NAME => {
                    checkpoint::gates(&self.client, &scope.region, candidates).await.map(judged)
                }
                policy::NAME => policy::gates(&self.client, &scope.region, candidates).await.map(judged),
                vault::NAME => vault::gates(&self.client, &scope.region, candidates).await.map(judged),
                _ => Err(unknown(kind)),
            }
        })
    }

    fn read_data<'a>(&'a self, kind: &'a str, scope: &'a Scope, arguments: &'a Object) -> Answer<'a, Object> {
        Box::pin(async move {
            match kind {
                backups::NAME => backups::read(&self.client, scope, arguments).await,
                instances::NAME => instances::read(&self.client, scope, arguments).await,
                policies::NAME => policies::read(&self.client, scope, arguments).await,
                vaults::NAME => vaults::read(&self.client, scope, arguments).await,
                volumes::NAME => volumes::read(&self.client, scope, arguments).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn account(&self) -> Answer<'_, String> {
        Box::pin(async move {
            let region = self.region().unwrap_or(ANY_REGION);
            Ok(self.client.domain(region).await?.to_string())
        })
    }

    fn prepare<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        Box::pin(async move { Err(unknown(name)) })
    }

    fn create<'a>(&'a self, kind: &'a str, scope: &'a Scope, values: &'a Object) -> Answer<'a, Arc<str>> {
        Box::pin(async move {
            match kind {
                checkpoint::NAME => checkpoint::create(&self.client, &scope.region, values).await,
                policy::NAME => policy::create(&self.client, &scope.region, values).await,
                vault::NAME => {
                    vault::create(&self.client, &scope.region, self.enterprise_project(), values).await
                }
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
                // Nothing of it can be changed; what only the user says is noted by whoever asked.
                checkpoint::NAME => Ok(()),
                policy::NAME => policy::update(&self.client, &scope.region, live, desired).await,
                vault::NAME => vault::update(&self.client, &scope.region, live, desired).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn migrate<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        from: &'a str,
        to: &'a str,
        members: &'a BTreeSet<Arc<str>>,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            match kind {
                vault::NAME => vault::migrate(&self.client, &scope.region, from, to, members).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn delete<'a>(&'a self, kind: &'a str, scope: &'a Scope, live: &'a LiveObject) -> Answer<'a, ()> {
        Box::pin(async move {
            match kind {
                checkpoint::NAME => checkpoint::delete(&self.client, &scope.region, live).await,
                policy::NAME => policy::delete(&self.client, &scope.region, live).await,
                vault::NAME => vault::delete(&self.client, &scope.region, live).await,
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

    /// This cloud knows no tokens: what was begun is looked for instead.
    fn run<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        values: &'a Object,
        _token: &'a str,
        watch: &'a dyn Watch,
    ) -> Answer<'a, Ran> {
        Box::pin(async move {
            match kind {
                acts::backup::NAME => acts::backup::run(&self.client, scope, values, watch).await,
                acts::restore::NAME => acts::restore::run(&self.client, scope, values, watch).await,
                _ => Err(unknown(kind)),
            }
        })
    }

    fn examine<'a>(&'a self, region: &'a str, users: &'a BTreeSet<&'a str>) -> Answer<'a, Vec<Finding>> {
        let actions = permissions::actions(NEEDS, users, Stage::Apply);
        Box::pin(async move { Ok(doctor::examine(&self.client, region, &actions).await) })
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
            Ok(Some(Captured::Huawei(Box::new(captured))))
        })
    }
}

/// Rules that are broken; this cloud counts nothing in a free quota.
fn judged(gates: BTreeMap<Address, Vec<Gate>>) -> BTreeMap<Address, Judgement> {
    gates.into_iter().map(|(address, gates)| (address, Judgement { gates, bytes: None })).collect()
}

/// The configuration was checked against the schemas, so this tells of a type that is in them and not here.
fn unknown(kind: &str) -> Error {
    Error::UnknownKind { provider: NAME.to_owned(), kind: kind.to_owned() }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::cloud::huawei::credentials::Authority;
    use crate::cloud::outside::Outside;
    use crate::cloud::outside::fake::FakeOutside;

    fn arguments(given: &[(&str, &str)]) -> Object {
        given.iter().map(|(name, text)| ((*name).into(), Value::string(text))).collect()
    }

    fn own() -> Credentials {
        Credentials {
            access_key: "own-id".to_owned(),
            secret: "own-secret".into(),
            token: None,
            source: "the emulator".to_owned(),
        }
    }

    #[test]
    fn the_emulator_reads_nobodys_keys() {
        let check = |given: &[(&str, &str)], expected: (&str, &str)| {
            let own = own();
            let found = find_credentials(&arguments(given), Keys::Emulator(&own)).expect("credentials");
            let Origin::Authority(authority) = &found.origin else { panic!("{found:?}") };
            let Authority::Key(key) = &**authority else { panic!("{found:?}") };
            assert_eq!((key.access_key.as_str(), key.secret.expose_secret()), expected, "{given:?}");
        };
        check(&[], ("own-id", "own-secret"));
        check(&[("profile", "prod")], ("own-id", "own-secret"));
        check(&[("access_key", "a")], ("own-id", "own-secret"));
        check(&[("access_key", "a"), ("secret_key", "b")], ("a", "b"));
    }

    #[test]
    fn endpoints_come_from_the_block_and_the_environment() {
        let check = |given: &[(&str, &str)],
                     by_service: &[(&str, &str)],
                     service: Service,
                     host: Option<&str>| {
            let outside: Arc<dyn Outside> =
                Arc::new(FakeOutside::variables(&[("HW_AUTH_URL", "https://iam.example.com/v3")]));
            let mut arguments = arguments(given);
            let map = by_service.iter().map(|(name, address)| (*name, Value::string(address)));
            let map = Value::map(crate::model::types::Type::String, map);
            arguments.insert("endpoints".into(), map);
            let found = endpoints(&arguments, Keys::Outside(&outside)).ok();
            let found = found.and_then(|endpoints| endpoints.of(service, "r1").ok());
            assert_eq!(found.map(|endpoint| endpoint.host()).as_deref(), host, "{given:?} {by_service:?}");
        };
        check(&[], &[], Service::Cbr, Some("cbr.r1.myhuaweicloud.com"));
        check(&[], &[], Service::Iam, Some("iam.example.com"));
        check(&[("cloud", "myhuaweicloud.eu")], &[], Service::Cbr, Some("cbr.r1.myhuaweicloud.eu"));
        check(&[], &[("cbr", "http://127.0.0.1:8080/")], Service::Cbr, Some("127.0.0.1:8080"));
        check(&[], &[("cbr", "http://cbr.example.com")], Service::Cbr, None);
        check(&[], &[("sfs_turbo", "sfs.example.com")], Service::SfsTurbo, Some("sfs.example.com"));
        check(&[], &[("vpc", "http://vpc.example.com")], Service::Evs, Some("evs.r1.myhuaweicloud.com"));
    }

    #[test]
    fn the_nearer_word_on_an_endpoint_counts() {
        let check = |given: &[(&str, &str)], variables: &[(&str, &str)], service: Service, host: &str| {
            let outside: Arc<dyn Outside> = Arc::new(FakeOutside::variables(variables));
            let found = endpoints(&arguments(given), Keys::Outside(&outside)).expect("endpoints");
            let found = found.of(service, "cn-north-4").expect("an endpoint");
            assert_eq!(found.host(), host, "{given:?} {variables:?}");
        };
        let iam = ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://sdk.example.com");
        let region = ("HUAWEICLOUD_SDK_REGION_IAM_CN_NORTH_4", "https://region.example.com");
        check(&[], &[region], Service::Iam, "region.example.com");
        check(&[], &[iam, region], Service::Iam, "sdk.example.com");
        check(&[], &[iam, ("HW_AUTH_URL", "https://hw.example.com/v3")], Service::Iam, "hw.example.com");
        check(&[("auth_url", "https://block.example.com/v3")], &[iam], Service::Iam, "block.example.com");
        check(
            &[],
            &[("HUAWEICLOUD_SDK_STS_ENDPOINT", "https://sts.example.com")],
            Service::Sts,
            "sts.example.com",
        );
        check(&[], &[], Service::Iam, "iam.cn-north-4.myhuaweicloud.com");
    }

    #[test]
    fn arguments_that_would_change_who_calls_are_never_swallowed() {
        let unused: Vec<&str> =
            ATTRIBUTES.iter().filter(|a| a.doc.ends_with("changes nothing.")).map(|a| a.name).collect();
        assert!(unused.contains(&"insecure"));
        for name in ["token", "password", "user_name", "assume_role", "project_id", "domain_id"] {
            assert!(!unused.contains(&name), "{name}");
        }
    }
}
