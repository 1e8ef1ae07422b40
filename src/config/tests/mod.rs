//! Texts to what should be, and to what is wrong with them; on a type that exists nowhere.

mod dynamic;
mod modules;
mod statements;

use std::collections::BTreeMap;
use std::sync::Arc;

use std::path::{Path, PathBuf};

use super::source::{Directories, Files};
use super::{Environment, Input, Inputs, Purpose, evaluate, load_tree, unknown_values, values};
use crate::lang::NoFiles;
use crate::model::address::{Address, BlockAddress};
use crate::model::desired::{Desired, Known, OnRemoval, Repetition};
use crate::model::diagnostic::{Code, Diagnostics, FileId, Severity, Sources};
use crate::model::schema::{
    Attribute, Fallback, Home, Kind, Presence, ProviderSchema, Rule, Schema, Schemas, align_nothing,
    check_nothing,
};
use crate::model::value::{Object, Value};

const PROVIDER: ProviderSchema = ProviderSchema {
    name: "t",
    attributes: &[Attribute::new("region", Kind::String, Presence::Optional, "Where.")],
    doc: "",
};

const EXTRA: Kind = Kind::Object(&[("size", Kind::Number), ("kind", Kind::String)]);

const RULE: Kind = Kind::Object(&[("key", Kind::String), ("value", Kind::Number)]);

const BACKUP: Schema = Schema {
    name: "t_backup",
    provider: "t",
    home: Home::Cloud,
    id: "id",
    identity: Some("server"),
    attributes: &[
        Attribute::new("server", Kind::String, Presence::Required, "The server.").replaces(),
        Attribute::new("region", Kind::String, Presence::Chosen, "Where."),
        Attribute::new("level", Kind::String, Presence::Defaulted(Fallback::String("L0")), "How fast.")
            .rules(&[Rule::OneOf(&["L0", "L1"])]),
        Attribute::new("paused", Kind::Bool, Presence::Defaulted(Fallback::Bool(false)), "Whether it rests."),
        Attribute::new("extra", EXTRA, Presence::Declared, "More.").as_block(),
        Attribute::new("rule", Kind::List(&RULE), Presence::Optional, "Some.").as_block(),
        Attribute::new("id", Kind::String, Presence::Computed, "The id."),
        Attribute::new("status", Kind::String, Presence::Observed, "How it is."),
    ],
    protection: None,
    align: align_nothing,
    check: check_nothing,
    doc: "",
    ..Schema::PLAIN
};

const SERVERS: Schema = Schema {
    name: "t_servers",
    identity: None,
    attributes: &[
        Attribute::new("name", Kind::String, Presence::Optional, "A name."),
        Attribute::new("region", Kind::String, Presence::Chosen, "Where."),
        Attribute::new("ids", Kind::List(&Kind::String), Presence::Computed, "Their ids."),
        Attribute::new("id", Kind::String, Presence::Computed, "The id."),
    ],
    ..BACKUP
};

/// Directories that are nowhere, each with its path and the text of its one file.
struct Texts<'a>(&'a [(&'a str, &'a str)]);

impl Directories for Texts<'_> {
    fn identity(&self, directory: &Path) -> Result<PathBuf, String> {
        let mut path = PathBuf::new();
        for part in directory.components() {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => drop(path.pop()),
                other => path.push(other),
            }
        }
        Ok(path)
    }

    fn blocks(
        &self,
        directory: &Path,
        name: &str,
        sources: &mut Sources,
        _problems: &mut Diagnostics,
    ) -> Result<Vec<FileId>, String> {
        let path = self.identity(directory)?;
        let found = self.0.iter().find(|(own, _)| Path::new(own) == path);
        let (_, text) = found.ok_or("it is not there")?;
        Ok(vec![sources.add(format!("{name}/main.hcl"), *text)])
    }
}

/// A configuration's text with everything that it is evaluated with.
#[derive(Default)]
struct Case {
    text: String,
    inputs: Inputs,
    pairs: Vec<(&'static str, &'static str)>,
    known: Known,
}

impl Case {
    fn of(text: &str) -> Self {
        Self { text: format!("provider \"t\" {{\n  region = \"r\"\n}}\n{text}"), ..Self::default() }
    }

    fn run(&self) -> (Desired, Diagnostics) {
        self.run_with(&Texts(&[]), Purpose::Plan)
    }

    /// With modules in directories.
    fn run_with(&self, modules: &Texts<'_>, purpose: Purpose) -> (Desired, Diagnostics) {
        let mut files = Files::default();
        let main = files.sources.add("main.hcl", self.text.as_str());
        files.blocks.push(main);
        let mut inputs = self.inputs.clone();
        for (name, text) in &self.pairs {
            let text = files.sources.add("--var", *text);
            inputs.command_line.push(Input::Pair { name: (*name).to_owned(), text });
        }
        let (tree, mut problems) = load_tree(&mut files, Path::new(""), modules);
        let mut variables = unknown_values(tree.root());
        if purpose == Purpose::Plan {
            let (given, more) = values(tree.root(), &files.sources, &inputs);
            variables = given;
            problems.extend(more);
        }
        let environment = Environment {
            variables: &variables,
            known: &self.known,
            files: &NoFiles,
            plan_time: "2026-11-20T08:00:00Z".parse().expect("a time"),
            directory: "/here",
            purpose,
        };
        let schemas = Schemas {
            providers: [("t", &PROVIDER)].into(),
            resources: [("t_backup", &BACKUP)].into(),
            data: [("t_servers", &SERVERS)].into(),
            ..Schemas::default()
        };
        let (desired, more) = evaluate(&schemas, &tree, &files.sources, &environment);
        problems.extend(more);
        problems.sort();
        (desired, problems)
    }

    fn good(&self) -> Desired {
        let (desired, problems) = self.run();
        assert!(problems.is_empty(), "{}\n{problems:#?}", self.text);
        desired
    }
}

/// The codes of all problems, in order of their place.
fn codes(text: &str) -> Vec<Code> {
    Case::of(text).run().1.iter().map(|problem| problem.code).collect()
}

fn one(server: &str) -> String {
    format!("resource \"t_backup\" \"a\" {{\n  server = {server}\n}}\n")
}

fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

fn argument(desired: &Desired, resource: &str, name: &str) -> Value {
    desired.resources[&address(resource)].values[name].clone()
}

#[test]
fn arguments_have_their_values_defaults_and_region() {
    let desired = Case::of(&one("\"s-1\"")).good();
    let check =
        |name: &str, expected: Value| assert_eq!(argument(&desired, "t_backup.a", name), expected, "{name}");
    check("server", Value::string("s-1"));
    check("level", Value::string("L0"));
    check("paused", Value::from(false));
    check("region", Value::string("r"));
    assert!(!desired.resources[&address("t_backup.a")].values.contains_key("extra"));
}

#[test]
fn each_mistake_has_its_code_and_all_are_found_at_once() {
    let check = |text: &str, expected: &[Code]| assert_eq!(codes(text), expected, "{text}");
    check("resource \"t_backup\" \"a\" {}", &[Code::MissingArgument]);
    check("resource \"t_backup\" \"a\" {\n  server = \"s\"\n  sever = 1\n}", &[Code::UnknownArgument]);
    check("resource \"t_backup\" \"a\" {\n  server = \"s\"\n  id = 1\n}", &[Code::UnknownArgument]);
    check("resource \"t_backup\" \"a\" {\n  server = \"s\"\n  level = \"L2\"\n}", &[Code::InvalidArgument]);
    check("resource \"t_backup\" \"a\" {\n  server = [\"s\"]\n}", &[Code::InvalidType]);
    check("resource \"t_backup\" \"a\" {\n  server = null\n}", &[Code::MissingArgument]);
    check("resource \"t_backup\" \"a\" {\n  server = \"s\"\n  extra = {}\n}", &[Code::InvalidBlock]);
    check(
        "resource \"t_backup\" \"a\" {\n  server = \"s\"\n  extra {\n    sice = 1\n  }\n}",
        &[Code::UnknownArgument],
    );
    check("resource \"t_backup\" \"a\" {\n  server = \"s\"\n  level {}\n}", &[Code::InvalidBlock]);
    check("resource \"t_back\" \"a\" {}", &[Code::UnknownBlock]);
    check("resource \"t_backup\" {}", &[Code::InvalidBlock]);
    check("resorce \"t_backup\" \"a\" {}", &[Code::UnknownBlock]);
    check("module \"m\" {}", &[Code::MissingArgument]);
    check("ephemeral \"t_backup\" \"a\" {}", &[Code::UnknownBlock]);
    check(&one("{t.a = 1}"), &[Code::Syntax]);
    check("x = 1", &[Code::UnknownArgument]);
    check(&format!("{0}{0}", one("\"s\"")), &[Code::DuplicateBlock]);
    check(&one("var.nme"), &[Code::UnknownReference]);
    check(&one("local.x"), &[Code::UnknownReference]);
    check(&one("s"), &[Code::UnknownReference]);
    check(&one("t_backup.b.server"), &[Code::UnknownReference]);
    check(&one("data.t_servers.x.id"), &[Code::UnknownReference]);
    check(&one("each.key"), &[Code::InvalidReference]);
    check(&one("count.index"), &[Code::InvalidReference]);
    check(&one("t_backup.a.id"), &[Code::DependencyCycle]);
    check("locals {\n  a = local.b\n  b = local.a\n}", &[Code::DependencyCycle]);
    check("output \"o\" {}", &[Code::MissingArgument]);
    check("variable \"v\" {}", &[Code::MissingVariable]);
    check("terraform {\n  backend \"s3\" {}\n}", &[Code::InvalidBlock]);
    check("backform {\n  required_version = \">= 99\"\n}", &[Code::InvalidArgument]);
    let broken = format!("{}{}", one("1 +"), one("var.x").replace("\"a\"", "\"b\""));
    check(&broken, &[Code::Syntax, Code::UnknownReference]);
}

#[test]
fn blocks_are_repeated_by_number_and_by_key() {
    let text = "resource \"t_backup\" \"n\" {\n  count = 2\n  server = \"s-${count.index}\"\n}\n\
        resource \"t_backup\" \"k\" {\n  for_each = { a = \"s-a\", b = \"s-b\" }\n  server = each.value\n}\n";
    let desired = Case::of(text).good();
    let names: Vec<String> = desired.resources.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["t_backup.k[\"a\"]", "t_backup.k[\"b\"]", "t_backup.n[0]", "t_backup.n[1]"]);
    assert_eq!(argument(&desired, "t_backup.n[1]", "server"), Value::string("s-1"));
    assert_eq!(desired.blocks[&BlockAddress::managed("t_backup", "k")], Repetition::ForEach);
}

#[test]
fn what_cannot_repeat_a_block_is_refused() {
    let check = |line: &str, expected: Code| {
        let text = format!(
            "variable \"s\" {{\n  default = [\"a\"]\n  sensitive = true\n}}\nresource \"t_backup\" \"b\" {{\n  server = \"x\"\n}}\nresource \"t_backup\" \"a\" {{\n  {line}\n  server = \"s\"\n}}\n"
        );
        assert_eq!(codes(&text), [expected], "{line}");
    };
    check("count = -1", Code::InvalidExpansion);
    check("count = 1.5", Code::InvalidExpansion);
    check("count = null", Code::InvalidExpansion);
    check("count = 2000000", Code::LimitExceeded);
    check("for_each = [\"a\"]", Code::InvalidExpansion);
    check("for_each = toset([1])", Code::InvalidExpansion);
    check("for_each = toset(var.s)", Code::SensitiveValue);
    check("for_each = toset([t_backup.b.id])", Code::UnknownValue);
}

#[test]
fn two_blocks_cannot_claim_one_server() {
    let text = format!("{}{}", one("\"s\""), one("\"s\"").replace("\"a\"", "\"b\""));
    assert_eq!(codes(&text), [Code::Conflict]);
}

#[test]
fn a_data_source_is_asked_for_and_then_used() {
    let text = "data \"t_servers\" \"all\" {\n  name = \"x\"\n}\nresource \"t_backup\" \"a\" {\n  for_each = toset(data.t_servers.all.ids)\n  server = each.key\n}\n";
    let mut case = Case::of(text);
    let (first, problems) = case.run();
    assert_eq!(first.reads.len(), 1);
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::UnknownValue]);
    let ids = Value::list(crate::model::types::Type::String, [Value::string("s-1")]);
    case.known.data.insert(address("data.t_servers.all"), Value::object([("ids", ids)]));
    assert_eq!(case.good().resources.len(), 1);
}

#[test]
fn a_data_source_that_waits_for_an_object_is_read_during_apply() {
    let text = format!("{}data \"t_servers\" \"of\" {{\n  name = t_backup.a.id\n}}\n", one("\"s\""));
    let desired = Case::of(&text).good();
    assert!(desired.reads.is_empty());
    let read = &desired.deferred_reads[&address("data.t_servers.of")];
    assert!(read.depends_on.contains(&BlockAddress::managed("t_backup", "a")));
}

#[test]
fn an_object_that_exists_is_seen_and_one_that_will_be_replaced_is_not() {
    let text = format!("{}output \"o\" {{\n  value = t_backup.a.id\n}}\n", one("\"s-1\""));
    let check = |server: &str, expected: Option<&str>| {
        let mut case = Case::of(&text);
        let object: Object =
            [("server", server), ("id", "id-1")].map(|(n, v)| (n.into(), Value::string(v))).into();
        case.known.objects.insert(address("t_backup.a"), object);
        assert_eq!(case.good().outputs["o"].value.as_str(), expected, "{server}");
    };
    check("s-1", Some("id-1"));
    check("s-2", None);
}

#[test]
fn only_observed_attributes_that_somebody_reads_are_asked_for() {
    let output = |value: &str| format!("{}output \"o\" {{\n  value = {value}\n}}\n", one("\"s\""));
    let observed = |value: &str| Case::of(&output(value)).good().observed.into_keys().count();
    assert_eq!((observed("t_backup.a.id"), observed("t_backup.a.status"), observed("t_backup.a")), (0, 1, 1));
}

#[test]
fn references_are_followed_through_locals() {
    let text = format!(
        "{}locals {{\n  x = t_backup.a.id\n}}\nresource \"t_backup\" \"b\" {{\n  server = \"s-${{local.x}}\"\n}}\n",
        one("\"s\"")
    );
    let desired = Case::of(&text).good();
    let needs = &desired.resources[&address("t_backup.b")].depends_on;
    assert_eq!(needs.iter().map(ToString::to_string).collect::<Vec<_>>(), ["t_backup.a"]);
}

#[test]
fn values_of_variables_come_in_terraforms_order() {
    let text = format!("variable \"v\" {{\n  default = \"default\"\n}}\n{}", one("var.v"));
    let check = |case: Case, expected: &str| {
        assert_eq!(argument(&case.good(), "t_backup.a", "server"), Value::string(expected));
    };
    check(Case::of(&text), "default");
    let environment = vec![("v".to_owned(), "environment".to_owned()), ("other".to_owned(), "x".to_owned())];
    let inputs = Inputs { environment, ..Inputs::default() };
    check(Case { inputs: inputs.clone(), ..Case::of(&text) }, "environment");
    check(Case { inputs, pairs: vec![("v", "line")], ..Case::of(&text) }, "line");
    let saved =
        Inputs { saved: BTreeMap::from([(Arc::from("v"), Value::string("saved"))]), ..Inputs::default() };
    check(Case { inputs: saved, pairs: vec![("v", "line")], ..Case::of(&text) }, "saved");
}

#[test]
fn a_text_for_a_variable_that_is_no_text_is_an_expression() {
    let text =
        "variable \"v\" {\n  type = list(string)\n}\nresource \"t_backup\" \"a\" {\n  server = var.v[1]\n}\n";
    let case = Case { pairs: vec![("v", "[\"x\", \"y\"]")], ..Case::of(text) };
    assert_eq!(argument(&case.good(), "t_backup.a", "server"), Value::string("y"));
    let wrong = Case { pairs: vec![("v", "x y")], ..Case::of(text) };
    assert!(wrong.run().1.has_errors());
    let undeclared = Case { pairs: vec![("w", "1"), ("v", "[]")], ..Case::of(text) };
    assert!(undeclared.run().1.iter().any(|problem| problem.code == Code::UnknownReference));
}

#[test]
fn conditions_speak_with_the_users_words() {
    let text = "variable \"v\" {\n  default = 3\n  validation {\n    condition = var.v > 5\n    error_message = \"too small: ${var.v}\"\n  }\n}";
    let (_, problems) = Case::of(text).run();
    let found: Vec<(Code, &str)> = problems.iter().map(|p| (p.code, p.detail.as_str())).collect();
    assert_eq!(found, [(Code::ConditionFailed, "too small: 3")]);
    let before = "resource \"t_backup\" \"a\" {\n  server = \"s\"\n  lifecycle {\n    precondition {\n      condition = path.root == \"x\"\n      error_message = \"no\"\n    }\n  }\n}";
    assert_eq!(codes(before), [Code::ConditionFailed]);
}

#[test]
fn a_secret_does_not_leave_through_an_output() {
    let text = |more: &str| {
        format!(
            "variable \"v\" {{\n  default = \"x\"\n  sensitive = true\n}}\noutput \"o\" {{\n  value = var.v\n{more}}}"
        )
    };
    assert_eq!(codes(&text("")), [Code::SensitiveValue]);
    assert!(Case::of(&text("  sensitive = true\n")).good().outputs["o"].sensitive);
}

#[test]
fn lifecycle_is_read_as_it_stands() {
    let text = "resource \"t_backup\" \"a\" {\n  server = \"s\"\n  lifecycle {\n    prevent_destroy = true\n    ignore_changes = [level]\n    on_removal = \"retain\"\n    create_before_destroy = false\n  }\n}";
    let desired = Case::of(text).good();
    let lifecycle = &desired.resources[&address("t_backup.a")].lifecycle;
    assert_eq!(lifecycle.prevent_destroy.as_ref().map(|place| place.line), Some(7));
    assert_eq!(lifecycle.on_removal, Some(OnRemoval::Retain));
    assert_eq!(lifecycle.create_before_destroy, Some(false));
    assert!(lifecycle.ignore_changes.contains("level"));
    let check = |line: &str, expected: Code| {
        let text =
            format!("resource \"t_backup\" \"a\" {{\n  server = \"s\"\n  lifecycle {{\n    {line}\n  }}\n}}");
        assert_eq!(codes(&text), [expected], "{line}");
    };
    check("prevent_destroy = 1 > 0", Code::InvalidArgument);
    check("ignore_changes = [levle]", Code::UnknownArgument);
    check("ignore_changes = level", Code::InvalidArgument);
    check("on_removal = \"pausse\"", Code::InvalidArgument);
    check("on_remove = \"pause\"", Code::UnknownArgument);
    check("replace_triggered_by = [data.t_servers.x]", Code::InvalidReference);
    check("replace_triggered_by = [t_backup.gone]", Code::UnknownReference);
}

#[test]
fn removed_and_moved_blocks_name_resources() {
    let check = |text: &str, expected: &[Code]| assert_eq!(codes(text), expected, "{text}");
    let removed = |from: &str, more: &str| format!("removed {{\n  from = {from}\n{more}}}\n");
    let destroy = "  lifecycle {\n    destroy = true\n  }\n";
    check(&removed("t_backup.gone", destroy), &[]);
    check(&removed("t_backup.gone", ""), &[Code::MissingArgument]);
    check(&removed("\"t_backup.gone\"", destroy), &[Code::InvalidReference]);
    check(&removed("t_backup.gone[0]", destroy), &[Code::InvalidReference]);
    check(&format!("{}{}", removed("t_backup.a", destroy), one("\"s\"")), &[Code::InvalidBlock]);
    check("moved {\n  from = t_backup.b\n  to = t_backup.c[\"k\"]\n}", &[]);
    check("moved {\n  from = t_backup.b\n}", &[Code::MissingArgument]);
}

#[test]
fn a_provider_is_chosen_by_its_alias() {
    let text = |name: &str| {
        format!(
            "provider \"t\" {{\n  alias = \"west\"\n  region = \"w\"\n}}\nresource \"t_backup\" \"a\" {{\n  provider = {name}\n  server = \"s\"\n}}\n"
        )
    };
    let desired = Case::of(&text("t.west")).good();
    let scope = desired.resources[&address("t_backup.a")].scope.clone().expect("the region is known");
    assert_eq!((scope.provider.to_string().as_str(), &*scope.region), ("t.west", "w"));
    assert_eq!(codes(&text("t.east")), [Code::UnknownReference]);
}

#[test]
fn a_region_must_come_from_somewhere() {
    let mut case = Case { text: one("\"s\""), ..Case::default() };
    assert!(case.run().1.iter().any(|problem| problem.code == Code::MissingArgument));
    case.known.regions.insert("t".into(), "from-environment".into());
    assert_eq!(argument(&case.good(), "t_backup.a", "region"), Value::string("from-environment"));
}

#[test]
fn a_value_in_a_file_for_no_variable_is_a_warning() {
    let mut sources = Sources::default();
    let main = sources.add("main.hcl", "");
    let file = sources.add("x.auto.vars.hcl", "nobody = 1\n");
    let (config, _) = super::blocks::parse(&sources, &[main]);
    let (_, problems) = values(&config, &sources, &Inputs { files: vec![file], ..Inputs::default() });
    let found: Vec<(Severity, Code)> = problems.iter().map(|p| (p.severity, p.code)).collect();
    assert_eq!(found, [(Severity::Warning, Code::UnknownReference)]);
}

#[test]
fn a_chain_of_values_cannot_grow_without_bound() {
    let entry = |number: u32| format!("  a{number} = [local.a{}]\n", number - 1);
    let entries: Vec<String> = (1..=3000).map(entry).collect();
    let text = format!("locals {{\n  a0 = []\n{}}}\n", entries.concat());
    assert_eq!(codes(&text)[0], Code::LimitExceeded);
}

#[test]
fn a_long_chain_of_references_needs_no_deep_stack() {
    let entry = |number: u32| format!("  a{number} = local.a{}\n", number - 1);
    let entries: Vec<String> = (1..=20_000).map(entry).collect();
    let output = "output \"o\" {\n  value = local.a20000\n}\n";
    let text = format!("locals {{\n  a0 = 1\n{}}}\n{output}", entries.concat());
    assert_eq!(Case::of(&text).good().outputs["o"].value, Value::from(1_i64));
}

#[test]
fn what_another_program_makes_is_named_by_its_id() {
    let check = |kind: &str, hint: &str| {
        let problems = Case::of(&format!("resource \"{kind}\" \"a\" {{}}\n")).run().1;
        let hints: Vec<String> = problems.iter().flat_map(|problem| problem.hints.clone()).collect();
        assert_eq!(hints, [hint], "{kind}");
    };
    check("t_load_balancer", "name what is there by its id, or find it with a data source: t_servers");
    check("t_backups", "did you mean `t_backup`?");
}
