//! Clients of the clouds.

pub mod alibaba;
pub mod builtin;
pub mod connection;
pub mod error;
pub mod follow;
pub mod host;
pub mod http;
pub mod huawei;
pub mod outside;
pub mod permissions;
pub mod provider;
pub mod rate;
pub mod renewal;
pub mod retry;

pub use error::{Error, ErrorKind};
pub use provider::{Answer, Cloud, Clouds};

use crate::model::schema::Schemas;

/// Everything that is known of all clouds' types.
pub fn schemas() -> Schemas {
    Schemas {
        providers: [
            (alibaba::provider::NAME, &alibaba::provider::PROVIDER),
            (builtin::NAME, &builtin::PROVIDER),
            (huawei::provider::NAME, &huawei::provider::PROVIDER),
        ]
        .into(),
        resources: alibaba::resources::RESOURCES
            .into_iter()
            .chain(huawei::resources::RESOURCES)
            .chain([&builtin::DATA])
            .map(|schema| (schema.name, schema))
            .collect(),
        data: alibaba::resources::DATA
            .into_iter()
            .chain(huawei::resources::DATA)
            .map(|schema| (schema.name, schema))
            .collect(),
        acts: alibaba::acts::ACTS
            .into_iter()
            .chain(huawei::acts::ACTS)
            .map(|schema| (schema.name, schema))
            .collect(),
    }
}
