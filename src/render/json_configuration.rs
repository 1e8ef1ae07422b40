//! The configuration in Terraform's plan JSON: providers, blocks, calls, with expressions as constants or references.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::json_v1::{full_name, mode};
use super::json_value::known;
use crate::model::outline::{
    Arguments, CallOutline, Expression, ModuleOutline, Outline, RepeatOutline, ResourceOutline,
};

/// The value of `configuration`.
#[derive(Serialize)]
pub struct Configuration<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    provider_config: BTreeMap<String, Provider<'a>>,
    root_module: Module<'a>,
}

#[derive(Serialize)]
struct Provider<'a> {
    name: &'a str,
    full_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    expressions: Map<String, Json>,
}

#[derive(Serialize)]
struct Module<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<&'a str, Output<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    #[serde(rename = "module_calls", skip_serializing_if = "BTreeMap::is_empty")]
    calls: BTreeMap<&'a str, Call<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<&'a str, Variable<'a>>,
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(skip_serializing_if = "is_false")]
    sensitive: bool,
    expression: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    depends_on: &'a [String],
}

#[derive(Serialize)]
struct Resource<'a> {
    address: String,
    mode: &'static str,
    r#type: &'a str,
    name: &'a str,
    provider_config_key: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    expressions: Map<String, Json>,
    schema_version: u8,
    #[serde(flatten)]
    repeat: Repeat,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    depends_on: &'a [String],
}

#[derive(Serialize)]
struct Repeat {
    #[serde(skip_serializing_if = "Option::is_none")]
    count_expression: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    for_each_expression: Option<Json>,
}

#[derive(Serialize)]
struct Call<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    expressions: Map<String, Json>,
    #[serde(flatten)]
    repeat: Repeat,
    module: Module<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    depends_on: &'a [String],
}

#[derive(Serialize)]
struct Variable<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    sensitive: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is that of the serializer")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The whole configuration.
pub fn configuration(outline: &Outline) -> Configuration<'_> {
    let providers = outline.providers.iter().map(|(key, arguments)| {
        let provider = Provider {
            name: &key.name,
            full_name: full_name(&key.name),
            alias: key.alias.as_deref(),
            expressions: expressions(arguments),
        };
        (key.to_string(), provider)
    });
    Configuration { provider_config: providers.collect(), root_module: module(&outline.root) }
}

fn module(module: &ModuleOutline) -> Module<'_> {
    let outputs = module.outputs.iter().map(|(name, output)| {
        let output = Output {
            sensitive: output.sensitive,
            expression: expression(&output.expression),
            description: output.description.as_deref(),
            depends_on: &output.depends_on,
        };
        (&**name, output)
    });
    let variables = module.variables.iter().map(|(name, variable)| {
        let variable = Variable {
            default: variable.default.as_ref().and_then(known),
            description: variable.description.as_deref(),
            sensitive: variable.sensitive,
        };
        (&**name, variable)
    });
    Module {
        outputs: outputs.collect(),
        resources: module.resources.iter().map(resource).collect(),
        calls: module.calls.iter().map(|(name, one)| (&**name, call(one))).collect(),
        variables: variables.collect(),
    }
}

fn resource(resource: &ResourceOutline) -> Resource<'_> {
    let block = &resource.address;
    Resource {
        address: block.to_string(),
        mode: mode(block.mode),
        r#type: &block.kind,
        name: &block.name,
        provider_config_key: resource.provider.to_string(),
        expressions: expressions(&resource.arguments),
        schema_version: 0,
        repeat: repeat(&resource.repeat),
        depends_on: &resource.depends_on,
    }
}

fn call(call: &CallOutline) -> Call<'_> {
    Call {
        source: &call.source,
        expressions: expressions(&call.arguments),
        repeat: repeat(&call.repeat),
        module: module(&call.module),
        depends_on: &call.depends_on,
    }
}

fn repeat(repeat: &RepeatOutline) -> Repeat {
    Repeat {
        count_expression: repeat.count.as_ref().map(expression),
        for_each_expression: repeat.for_each.as_ref().map(expression),
    }
}

fn expressions(arguments: &Arguments) -> Map<String, Json> {
    arguments.iter().map(|(name, one)| (name.to_string(), expression(one))).collect()
}

fn expression(one: &Expression) -> Json {
    match one {
        Expression::Constant(value) => json!({"constant_value": known(value)}),
        Expression::References(names) => json!({"references": names}),
        Expression::Block(arguments) => Json::Object(expressions(arguments)),
        Expression::Blocks(blocks) => blocks.iter().map(|block| Json::Object(expressions(block))).collect(),
        Expression::Opaque => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Value;

    #[test]
    fn an_expression_is_a_constant_its_references_or_nothing() {
        let check = |given: Expression, expected: Json| assert_eq!(expression(&given), expected);
        check(Expression::Constant(Value::from(2_i64)), json!({"constant_value": 2}));
        check(Expression::Constant(Value::null()), json!({"constant_value": null}));
        check(Expression::References(vec!["var.a".to_owned()]), json!({"references": ["var.a"]}));
        check(Expression::Opaque, json!({}));
        let block = || Arguments::from([("kind".into(), Expression::Constant(Value::from("x")))]);
        check(Expression::Block(block()), json!({"kind": {"constant_value": "x"}}));
        check(Expression::Blocks(vec![block()]), json!([{"kind": {"constant_value": "x"}}]));
    }
}
