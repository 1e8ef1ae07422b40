//! Our reader of HCL beside the libraries `hcl-edit` and `hcl-rs`: what both read has the same structure, and what
//! the library writes reads back as it was.

use std::fs;
use std::path::{Path, PathBuf};

use backform::lang::{self, NoNames};
use backform::model::diagnostic::Sources;
use backform::model::value::Value;
use hcl_edit::structure::{Body as TheirBody, Structure};
use proptest::prelude::*;

/// A body as nested text: names, kinds, labels, in the order of the file, and nothing of values.
fn ours(body: &lang::Body) -> Vec<String> {
    let attributes = body.attributes.iter().map(|attribute| format!("{} =", attribute.name));
    let blocks = body.blocks.iter().map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| &*label.text).collect();
        format!("{} {labels:?} {:?}", block.kind, ours(&block.body))
    });
    attributes.chain(blocks).collect()
}

fn theirs(body: &TheirBody) -> Vec<String> {
    let attribute = |structure: &Structure| match structure {
        Structure::Attribute(attribute) => Some(format!("{} =", attribute.key.as_str())),
        Structure::Block(_) => None,
    };
    let block = |structure: &Structure| match structure {
        Structure::Attribute(_) => None,
        Structure::Block(block) => {
            let labels: Vec<&str> =
                block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
            Some(format!("{} {labels:?} {:?}", block.ident.as_str(), theirs(&block.body)))
        }
    };
    let attributes: Vec<String> = body.iter().filter_map(attribute).collect();
    attributes.into_iter().chain(body.iter().filter_map(block)).collect()
}

fn configurations(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory of the repository") {
        let path = entry.expect("an entry of it").path();
        if path.is_dir() {
            configurations(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "hcl") {
            found.push(path);
        }
    }
}

#[test]
fn both_readers_see_the_same_structure_in_every_example() {
    let mut files = Vec::new();
    configurations(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &mut files);
    assert!(!files.is_empty(), "there are examples");
    for file in files {
        let text = fs::read_to_string(&file).expect("examples are text");
        let mut sources = Sources::default();
        let id = sources.add("example.hcl", text.as_str());
        let (body, problems) = lang::parse_body(id, &text);
        assert!(problems.is_empty(), "{}: {problems:?}", file.display());
        let other: TheirBody = text.parse().expect("the library reads it too");
        assert_eq!(ours(&body), theirs(&other), "{}", file.display());
    }
}

/// Values that HCL can write, a few levels deep.
fn values() -> impl Strategy<Value = hcl::Value> {
    let text = "[ -~äöü\\n\\t\"\\\\$%{}~日本]{0,12}";
    let leaf = prop_oneof![
        Just(hcl::Value::Null),
        any::<bool>().prop_map(hcl::Value::from),
        any::<i64>().prop_map(hcl::Value::from),
        text.prop_map(hcl::Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(hcl::Value::from),
            prop::collection::vec((text, inner), 0..5)
                .prop_map(|members| hcl::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The library's value as one of ours.
fn converted(value: &hcl::Value) -> Value {
    match value {
        hcl::Value::Null => Value::null(),
        hcl::Value::Bool(value) => Value::from(*value),
        hcl::Value::Number(number) => Value::from(number.as_i64().expect("only whole numbers are made")),
        hcl::Value::String(text) => Value::string(text),
        hcl::Value::Array(items) => Value::tuple(items.iter().map(converted)),
        hcl::Value::Object(members) => {
            Value::object(members.iter().map(|(name, value)| (name.as_str(), converted(value))))
        }
    }
}

proptest! {
    #[test]
    fn what_the_library_writes_reads_back_as_it_was(value in values()) {
        let expression = hcl::Expression::from(value.clone());
        let text = hcl::format::to_string(&expression).expect("every value can be written");
        let mut sources = Sources::default();
        let id = sources.add("value", text.as_str());
        let read = lang::parse_expression(id, &text).map_err(|problems| TestCaseError::fail(format!("{text}\n{problems:?}")))?;
        let evaluated = lang::evaluate(&read, &NoNames).map_err(|problem| TestCaseError::fail(format!("{text}\n{problem:?}")))?;
        prop_assert_eq!(evaluated, converted(&value), "{}", text);
    }
}
