//! Bodies exactly as the clouds send them: shapes only, shared by client and emulator.

use serde::{Deserialize, Deserializer};

pub mod alibaba;
pub mod huawei;

/// What was read of one place of one account, so that a world can be made of it.
#[derive(Clone, Debug)]
pub enum Captured {
    /// A region of Alibaba Cloud.
    Alibaba(Box<alibaba::capture::Captured>),
    /// A project of Huawei Cloud.
    Huawei(Box<huawei::capture::Captured>),
}

/// Reads `null` as if the field were absent.
fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a text that some answers write as a number: a code, an id, a size.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Code {
        Number(i64),
        Text(String),
    }
    Ok(Option::deserialize(deserializer)?.map(|code| match code {
        Code::Number(number) => number.to_string(),
        Code::Text(text) => text,
    }))
}

#[cfg(test)]
mod testing {
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    /// The shape reads the body whole and writes the same body again.
    pub fn round_trip<T: DeserializeOwned + Serialize>(body: &Value) {
        let shape: T = serde_json::from_value(body.clone()).expect("the body decodes");
        let again = serde_json::to_value(shape).expect("the shape encodes");
        assert_eq!(&again, body);
    }

    /// The shape reads the body and writes only what it knows of it.
    pub fn reads<T: DeserializeOwned + Serialize>(body: &Value, expected: &Value) {
        let shape: T = serde_json::from_value(body.clone()).expect("the body decodes");
        assert_eq!(&serde_json::to_value(shape).expect("the shape encodes"), expected);
    }
}
