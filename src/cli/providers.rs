//! The providers of a run: from `provider` blocks to clients that can be called.

use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::SecretString;

use super::context::{Context, SystemHost};
use super::exit::Stop;
use crate::cloud::Cloud;
use crate::cloud::alibaba::credentials::Credentials as AlibabaKey;
use crate::cloud::alibaba::provider::{self as alibaba, Alibaba};
use crate::cloud::builtin::{self, Builtin};
use crate::cloud::connection::{Keys, Shared};
use crate::cloud::host::SharedHost;
use crate::cloud::http::{Http, HttpOptions};
use crate::cloud::huawei::credentials::{Credentials as HuaweiKey, region_of_environment};
use crate::cloud::huawei::provider::{self as huawei, Huawei};
use crate::cloud::outside::Outside;
use crate::emulator::{OWN_KEY_ID, OWN_KEY_SECRET};
use crate::model::desired::{Known, ProviderConfig};

/// Makes clients of providers.
pub struct Providers {
    shared: Shared,
    outside: Arc<dyn Outside>,
    is_emulated: bool,
}

/// What is known before any cloud is read: the regions that the environment names.
pub fn known_at_first(context: &Context) -> Known {
    let regions = [
        (alibaba::NAME, alibaba::region_of_environment(context)),
        (huawei::NAME, region_of_environment(context)),
    ];
    let named = regions.into_iter().filter_map(|(name, region)| Some((name.into(), region?.into())));
    Known { regions: named.collect(), ..Known::default() }
}

impl Providers {
    /// Providers that share a pool of connections; with the address of an emulator, all names resolve to it.
    pub fn new(context: &Context, emulator: Option<SocketAddr>, parallelism: usize) -> Self {
        let options = HttpOptions { resolve: emulator, ..HttpOptions::default() };
        let host = SharedHost(Arc::new(SystemHost(context.clone())));
        let shared = Shared { http: Arc::new(Http::new(options)), host, rates: Arc::default(), parallelism };
        Self { shared, outside: Arc::new(context.clone()), is_emulated: emulator.is_some() }
    }

    /// The client of one `provider` block. Calls nobody.
    ///
    /// # Errors
    ///
    /// [`Stop`] where credentials or endpoints cannot be used.
    pub fn connected(&self, config: &ProviderConfig) -> Result<Arc<dyn Cloud>, Stop> {
        match &*config.key.name {
            builtin::NAME => Ok(Arc::new(Builtin::new(self.shared.host.clone()))),
            huawei::NAME => self.huawei(config),
            _ => self.alibaba(config),
        }
    }

    fn alibaba(&self, config: &ProviderConfig) -> Result<Arc<dyn Cloud>, Stop> {
        let (id, secret) = (OWN_KEY_ID.to_owned(), SecretString::from(OWN_KEY_SECRET));
        let own = AlibabaKey::new(id, secret, None, "the emulator".to_owned());
        let cloud = Alibaba::connect(config, self.keys(&own), &self.shared).map_err(|error| match error {
            alibaba::ConnectError::Credentials(_) => needs_credentials(&error, config),
            alibaba::ConnectError::Endpoint(_) => Stop::error(&error),
        })?;
        Ok(Arc::new(cloud))
    }

    fn huawei(&self, config: &ProviderConfig) -> Result<Arc<dyn Cloud>, Stop> {
        let own = HuaweiKey {
            access_key: OWN_KEY_ID.to_owned(),
            secret: SecretString::from(OWN_KEY_SECRET),
            token: None,
            source: "the emulator".to_owned(),
        };
        let cloud = Huawei::connect(config, self.keys(&own), &self.shared).map_err(|error| match error {
            huawei::ConnectError::Credentials(_) => needs_credentials(&error, config),
            huawei::ConnectError::Endpoint(_) => Stop::error(&error),
        })?;
        Ok(Arc::new(cloud))
    }

    fn keys<'a, K>(&'a self, own: &'a K) -> Keys<'a, K> {
        if self.is_emulated { Keys::Emulator(own) } else { Keys::Outside(&self.outside) }
    }
}

fn needs_credentials(error: &dyn std::error::Error, config: &ProviderConfig) -> Stop {
    Stop::error(error).hint(&format!("the provider `{}` needs credentials", config.key))
}
