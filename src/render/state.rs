//! What is under management, as `terraform show` shows a state: resources with their attributes, then outputs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::body::{self, Row, given};
use super::json_v1::{Module, Resource, TERRAFORM_VERSION, full_name, index, mode, module, with_nulls};
use super::json_value::{known, sensitive_object};
use super::layout::Page;
use super::theme::{Label, RenderOptions, Text};
use super::value::attribute_name;
use super::{escape, json, words};
use crate::model::address::{Address, Mode};
use crate::model::schema::Schemas;
use crate::model::state::{Recorded, RecordedOutput, State};

/// The whole state.
pub fn text(state: &State, schemas: &Schemas, options: &RenderOptions) -> String {
    let mut text = Text::default();
    if state.resources.is_empty() && state.outputs.is_empty() {
        text.line(Label::Plain, "No state.");
        return text.finish(options);
    }
    for (number, (address, recorded)) in state.resources.iter().enumerate() {
        if number > 0 {
            text.newline();
        }
        resource(&mut text, address, recorded, schemas);
    }
    if !state.outputs.is_empty() {
        if !state.resources.is_empty() {
            text.newline();
            text.newline();
        }
        text.line(Label::Bold, "Outputs:");
        text.newline();
        for (name, output) in &state.outputs {
            self::output(&mut text, name, output);
        }
    }
    text.finish(options)
}

/// One resource.
pub fn one(address: &Address, recorded: &Recorded, schemas: &Schemas, options: &RenderOptions) -> String {
    let mut text = Text::default();
    resource(&mut text, address, recorded, schemas);
    text.finish(options)
}

fn resource(text: &mut Text, address: &Address, recorded: &Recorded, schemas: &Schemas) {
    let block = &address.block;
    let left_over = if recorded.left_over { " (left over from a replacement)" } else { "" };
    text.line(Label::Bold, &format!("# {address}:{left_over}"));
    let kind = if block.mode == Mode::Data { "data" } else { "resource" };
    text.line(
        Label::Plain,
        &format!("{kind} {} {} {{", escape::quoted(&block.kind), escape::quoted(&block.name)),
    );
    let schema = schemas.resource(address.kind());
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(recorded.values.len());
    for (name, value) in &recorded.values {
        let row = Row::new(name, given(Some(value)), given(Some(value)));
        let is_block =
            schema.and_then(|schema| schema.attribute(name)).is_some_and(|attribute| attribute.block);
        rows.push(Row { identifies: true, is_block, ..row });
    }
    body::rows_at(&mut Page { text, is_loss: false }, &rows, 0);
    text.line(Label::Plain, "}");
}

fn output(text: &mut Text, name: &str, output: &RecordedOutput) {
    let hidden = if output.sensitive { output.value.clone().sensitive() } else { output.value.clone() };
    let row = Row { identifies: true, ..Row::new(name, Some(&hidden), Some(&hidden)) };
    let mut inner = Text::default();
    let width = words::width(&attribute_name(name));
    body::attribute_at(&mut Page { text: &mut inner, is_loss: false }, &row, 0, width);
    // Outputs begin at the margin, where no attribute does.
    for line in inner.finish(&RenderOptions::default()).lines() {
        text.line(Label::Plain, line.strip_prefix("    ").unwrap_or(line));
    }
}

#[derive(Serialize)]
struct Document {
    format_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Values>,
}

#[derive(Serialize)]
struct Values {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<String, Json>,
    root_module: Module,
}

/// The whole state in Terraform's state JSON, on one line. Sensitive values are null in it, unlike in Terraform.
pub fn json(state: &State, schemas: &Schemas) -> String {
    let is_empty = state.resources.is_empty() && state.outputs.is_empty();
    let mut root_module = Module::default();
    for (address, recorded) in &state.resources {
        module(&mut root_module, &address.block.module).resources.push(Resource {
            address: address.to_string(),
            mode: mode(address.block.mode),
            r#type: address.kind().to_owned(),
            name: address.block.name.to_string(),
            index: index(&address.key),
            provider_name: full_name(&recorded.scope.provider.name),
            schema_version: 0,
            values: with_nulls(&recorded.values, schemas.resource(address.kind())),
            sensitive_values: sensitive_object(&recorded.values),
            depends_on: recorded.depends_on.iter().map(ToString::to_string).collect(),
        });
    }
    let outputs = state.outputs.iter().map(|(name, output)| {
        let value = if output.sensitive { output.value.clone().sensitive() } else { output.value.clone() };
        let ty = output.value.type_of().to_json();
        (name.to_string(), json!({"sensitive": output.sensitive, "value": known(&value), "type": ty}))
    });
    json::line(&Document {
        format_version: "1.0",
        terraform_version: (!is_empty).then_some(TERRAFORM_VERSION),
        values: (!is_empty).then(|| Values { outputs: outputs.collect(), root_module }),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;
    use crate::model::desired::{ProviderKey, Scope};
    use crate::model::value::Value;

    fn state() -> State {
        let workload = Value::object([("kind", Value::from("files"))]);
        let values = with(live("i-web", "L0", false), "workload", workload);
        let values = with(values, "secret", Value::from("hunter2").sensitive());
        let values = with(values, "script", Value::from("one\ntwo\n"));
        let values = with(values, "paths", Value::tuple([Value::from("/etc")]));
        let recorded = Recorded {
            id: "plan-i-web".into(),
            scope: Scope { provider: ProviderKey::default_of("alicloud"), region: "r-1".into() },
            identity: None,
            values: with(values, "nothing", Value::null()),
            depends_on: Vec::new(),
            prevent_destroy: None,
            on_removal: None,
            left_over: false,
        };
        let output = |value, sensitive| RecordedOutput { value, sensitive };
        State {
            resources: [(named("web"), recorded)].into(),
            outputs: [
                (Arc::from("ids"), output(Value::object([("a", Value::from(1_i64))]), false)),
                (Arc::from("secret"), output(Value::from("hunter2"), true)),
            ]
            .into(),
            ..State::default()
        }
    }

    #[test]
    fn a_state_is_shown_as_terraform_shows_it() {
        assert_snapshot!(text(&state(), &schemas(), &plain()), @r#"
        # alicloud_ecs_file_backup.web:
        resource "alicloud_ecs_file_backup" "web" {
            instance_id          = "i-web"
            keep_latest_snapshot = true
            paths                = [
                "/etc",
            ]
            paused               = false
            plan_id              = "plan-i-web"
            priority             = "L0"
            script               = <<-EOT
                one
                two
            EOT
            secret               = (sensitive value)

            workload {
                kind = "files"
            }
        }


        Outputs:

        ids = {
            a = 1
        }
        secret = (sensitive value)
        "#);
        assert_eq!(text(&State::default(), &schemas(), &plain()), "No state.\n");
    }

    #[test]
    fn its_json_holds_no_secret() {
        let shown = json(&state(), &schemas());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_snapshot!(shown, @r#"{"format_version":"1.0","terraform_version":"1.11.4","values":{"outputs":{"ids":{"sensitive":false,"type":["object",{"a":"number"}],"value":{"a":1}},"secret":{"sensitive":true,"type":"string","value":null}},"root_module":{"resources":[{"address":"alicloud_ecs_file_backup.web","mode":"managed","type":"alicloud_ecs_file_backup","name":"web","provider_name":"backform/alicloud","schema_version":0,"values":{"instance_id":"i-web","keep_latest_snapshot":true,"nothing":null,"paths":["/etc"],"paused":false,"plan_id":"plan-i-web","priority":"L0","script":"one\ntwo\n","secret":null,"workload":{"kind":"files"}},"sensitive_values":{"paths":[false],"secret":true,"workload":{}}}]}}}"#);
        assert_eq!(json(&State::default(), &schemas()), r#"{"format_version":"1.0"}"#);
    }
}
