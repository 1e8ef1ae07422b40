//! `output --json`: every output with its type, as Terraform has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;

use crate::model::state::RecordedOutput;

#[derive(Serialize)]
struct Output {
    sensitive: bool,
    r#type: Json,
    value: Json,
}

/// One object with a member for each output, sensitive values in clear: whoever asks for JSON asks for the values.
pub fn outputs(outputs: &BTreeMap<Arc<str>, RecordedOutput>) -> String {
    let output = |output: &RecordedOutput| {
        let value = output.value.unmark_deep().0;
        Output { sensitive: output.sensitive, r#type: value.type_of().to_json(), value: value.to_json() }
    };
    let shown: BTreeMap<&str, Output> =
        outputs.iter().map(|(name, value)| (&**name, output(value))).collect();
    super::json::line(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Value;

    #[test]
    fn an_output_has_type_and_value() {
        let recorded = RecordedOutput { value: Value::string("x").sensitive(), sensitive: true };
        let text = outputs(&BTreeMap::from([(Arc::from("name"), recorded)]));
        assert_eq!(text.trim_end(), r#"{"name":{"sensitive":true,"type":"string","value":"x"}}"#);
    }
}
