//! Modules: what goes in, what comes out, and how often they are there.

use super::{Case, Texts, address, argument};
use crate::config::Purpose;
use crate::model::desired::{Desired, Repetition, Subject};
use crate::model::diagnostic::{Code, Diagnostics};
use crate::model::value::Value;

/// Directories with one file each, and the root module's text.
struct Files<'a> {
    root: &'a str,
    modules: &'a [(&'a str, &'a str)],
}

const PROVIDER: &str = "provider \"t\" {\n  region = \"r\"\n}\n";

impl Files<'_> {
    fn run_as(&self, purpose: Purpose) -> (Desired, Diagnostics) {
        let case = Case { text: format!("{PROVIDER}{}", self.root), ..Case::default() };
        case.run_with(&Texts(self.modules), purpose)
    }

    fn good(&self) -> Desired {
        let (desired, problems) = self.run_as(Purpose::Plan);
        assert!(problems.is_empty(), "{problems:#?}");
        desired
    }

    fn codes(&self) -> Vec<Code> {
        self.run_as(Purpose::Plan).1.iter().map(|problem| problem.code).collect()
    }
}

const SERVER: &str = "variable \"server\" {\n  type = string\n}\n\
                      resource \"t_backup\" \"a\" {\n  server = var.server\n}\n\
                      output \"id\" {\n  value = t_backup.a.id\n}\n\
                      output \"server\" {\n  value = t_backup.a.server\n}\n";

fn one(root: &str) -> Desired {
    Files { root, modules: &[("m", SERVER)] }.good()
}

fn wrong(root: &str) -> Vec<Code> {
    Files { root, modules: &[("m", SERVER)] }.codes()
}

fn output(desired: &Desired, name: &str) -> Value {
    desired.outputs[name].value.clone()
}

#[test]
fn a_value_goes_in_and_another_comes_out() {
    let desired = one(
        "module \"m\" {\n  source = \"./m\"\n  server = \"s\"\n}\noutput \"o\" {\n  value = module.m.server\n}\n",
    );
    assert_eq!(argument(&desired, "module.m.t_backup.a", "server"), Value::string("s"));
    assert_eq!(output(&desired, "o"), Value::string("s"));
}

#[test]
fn a_module_is_repeated_by_number_and_by_key() {
    let desired = one("module \"m\" {\n  source = \"./m\"\n  count = 2\n  server = \"s${count.index}\"\n}\n\
                       output \"o\" {\n  value = module.m[1].server\n}\n\
                       output \"all\" {\n  value = module.m[*].server\n}\n");
    assert_eq!(argument(&desired, "module.m[1].t_backup.a", "server"), Value::string("s1"));
    assert_eq!(output(&desired, "o"), Value::string("s1"));
    assert_eq!(output(&desired, "all"), Value::tuple([Value::string("s0"), Value::string("s1")]));
    let desired = one(
        "module \"m\" {\n  source = \"./m\"\n  for_each = { a = \"x\", b = \"y\" }\n  server = \"${each.key}${each.value}\"\n}\n\
                       output \"o\" {\n  value = module.m[\"b\"].server\n}\n\
                       output \"all\" {\n  value = [for k, m in module.m : \"${k}=${m.server}\"]\n}\n",
    );
    assert_eq!(argument(&desired, r#"module.m["b"].t_backup.a"#, "server"), Value::string("by"));
    assert_eq!(output(&desired, "o"), Value::string("by"));
    assert_eq!(output(&desired, "all"), Value::tuple([Value::string("a=ax"), Value::string("b=by")]));
    let block = address(r#"module.m["b"].t_backup.a"#).block;
    assert_eq!(desired.blocks[&block], Repetition::Single);
}

#[test]
fn what_is_not_known_stays_so_through_a_module() {
    let desired = one("module \"m\" {\n  source = \"./m\"\n  server = \"s\"\n}\n\
                       module \"n\" {\n  source = \"./m\"\n  server = module.m.id\n}\n\
                       output \"o\" {\n  value = module.n.server\n}\n");
    assert!(!output(&desired, "o").is_known());
    let needed = &desired.resources[&address("module.n.t_backup.a")].depends_on;
    let names: Vec<String> = needed.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["module.m.t_backup.a"]);
}

#[test]
fn a_call_that_does_not_fit_its_module_is_refused_at_the_smallest_piece() {
    let check = |arguments: &str, more: &str, expected: &[Code]| {
        let root = format!("module \"m\" {{\n  source = \"./m\"\n{arguments}\n}}\n{more}");
        assert_eq!(wrong(&root), expected, "{arguments} {more}");
    };
    check("", "", &[Code::MissingArgument]);
    check("  server = \"s\"\n  sever = 1", "", &[Code::UnknownArgument]);
    check("  server = [\"s\"]", "", &[Code::InvalidType]);
    check("  server = \"s\"\n  version = \"1\"", "", &[Code::InvalidArgument]);
    check("  server = \"s\"", "output \"o\" {\n  value = module.m.sever\n}", &[Code::UnknownReference]);
    check("  server = \"s\"", "output \"o\" {\n  value = module.n.server\n}", &[Code::UnknownReference]);
    check(
        "  server = \"s\"\n  count = 1",
        "output \"o\" {\n  value = module.m.server\n}",
        &[Code::InvalidReference],
    );
    check(
        "  server = \"s\"\n  count = 1",
        "output \"o\" {\n  value = module.m[1].server\n}",
        &[Code::UnknownReference],
    );
    check("  server = \"s\"", "output \"o\" {\n  value = t_backup.a.server\n}", &[Code::UnknownReference]);
    check("  server = module.m.server", "", &[Code::DependencyCycle]);
    check("  server = \"s\"\n  count = \"x\"", "", &[Code::InvalidExpansion]);
}

#[test]
fn the_problem_of_a_call_shows_both_ends() {
    let files =
        Files { root: "module \"m\" {\n  source = \"./m\"\n  server = [1]\n}\n", modules: &[("m", SERVER)] };
    let problems: Vec<_> = files.run_as(Purpose::Plan).1.into_iter().collect();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let (span, related) = (problems[0].span.expect("a place"), problems[0].related[0].0);
    assert_ne!(span.file, related.file);
}

#[test]
fn the_problem_of_a_module_names_the_call_and_is_told_once() {
    let body =
        "variable \"n\" {\n}\nlocals {\n  x = tonumber(var.n)\n}\noutput \"o\" {\n  value = local.x\n}\n";
    let files = Files {
        root: "module \"m\" {\n  source = \"./m\"\n  count = 3\n  n = \"x\"\n}\n",
        modules: &[("m", body)],
    };
    let problems: Vec<_> = files.run_as(Purpose::Plan).1.into_iter().collect();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(problems[0].related[0].1, "the call of the module");
    assert_eq!(problems[0].address.as_deref(), Some("module.m[0]"));
}

#[test]
fn only_directories_on_this_disk_are_modules() {
    let check = |source: &str, expected: Code| {
        assert_eq!(wrong(&format!("module \"m\" {{\n  source = {source}\n}}\n")), [expected], "{source}");
    };
    check("\"hashicorp/consul/aws\"", Code::InvalidArgument);
    check("\"git::https://example.com/x.git\"", Code::InvalidArgument);
    check("\"./${local.x}\"", Code::InvalidReference);
    check("\"./nowhere\"", Code::Unreadable);
}

#[test]
fn a_module_that_calls_itself_ends() {
    let files = Files {
        root: "module \"a\" {\n  source = \"./a\"\n}\n",
        modules: &[
            ("a", "module \"b\" {\n  source = \"../b\"\n}\n"),
            ("b", "module \"a\" {\n  source = \"../a\"\n}\n"),
        ],
    };
    assert_eq!(files.codes(), [Code::DependencyCycle]);
}

#[test]
fn providers_are_handed_in() {
    let text = "resource \"t_backup\" \"a\" {\n  provider = t.other\n  server = \"s\"\n}\n";
    let root = |handed: &str| {
        format!(
            "provider \"t\" {{\n  alias = \"west\"\n  region = \"w\"\n}}\nmodule \"m\" {{\n  source = \"./m\"\n{handed}\n}}\n"
        )
    };
    let run = |handed: &str| Files { root: &root(handed), modules: &[("m", text)] }.codes();
    let desired = Files { root: &root("  providers = { t.other = t.west }"), modules: &[("m", text)] }.good();
    let scope =
        desired.resources[&address("module.m.t_backup.a")].scope.clone().expect("the region is known");
    assert_eq!((scope.provider.to_string().as_str(), &*scope.region), ("t.west", "w"));
    assert_eq!(run(""), [Code::UnknownReference]);
    assert_eq!(run("  providers = { t.other = t.east }"), [Code::UnknownReference, Code::UnknownReference]);
    let inner = Files {
        root: "module \"m\" {\n  source = \"./m\"\n}\n",
        modules: &[("m", "provider \"t\" {\n  region = \"x\"\n}\n")],
    };
    assert_eq!(inner.codes(), [Code::InvalidBlock]);
}

#[test]
fn paths_and_secrets_are_those_of_the_module() {
    let text = "variable \"key\" {\n  sensitive = true\n}\noutput \"path\" {\n  value = path.module\n}\n\
                output \"key\" {\n  value = var.key\n}\n";
    let root = "module \"m\" {\n  source = \"./x/m\"\n  key = \"k\"\n}\noutput \"o\" {\n  value = module.m.path\n}\n";
    let files = Files { root, modules: &[("x/m", text)] };
    assert_eq!(output(&files.good(), "o"), Value::string("x/m"));
    let shown = format!("{root}output \"k\" {{\n  value = module.m.key\n}}\n");
    assert_eq!(Files { root: &shown, modules: &[("x/m", text)] }.codes(), [Code::SensitiveValue]);
}

#[test]
fn what_a_module_says_of_names_holds_for_each_of_its_instances() {
    let text = "moved {\n  from = t_backup.old\n  to = t_backup.a\n}\n\
                resource \"t_backup\" \"a\" {\n  server = path.module\n  region = each.key\n}\n"
        .replace("each.key", "var.r")
        + "variable \"r\" {\n}\n";
    let root = "module \"m\" {\n  source = \"./m\"\n  for_each = toset([\"x\", \"y\"])\n  r = each.key\n}\n\
                moved {\n  from = module.old\n  to = module.m[\"x\"]\n}\n";
    let desired = Files { root, modules: &[("m", &text)] }.good();
    let ends: Vec<String> =
        desired.moved.iter().map(|moved| format!("{} -> {}", moved.from, moved.to)).collect();
    let expected = [
        r#"module.old -> module.m["x"]"#,
        r#"module.m["x"].t_backup.old -> module.m["x"].t_backup.a"#,
        r#"module.m["y"].t_backup.old -> module.m["y"].t_backup.a"#,
    ];
    assert_eq!(ends, expected);
    assert!(matches!(desired.moved[0].from, Subject::Module(_)));
}

#[test]
fn everything_in_a_module_waits_for_what_the_call_names() {
    let root = "resource \"t_backup\" \"first\" {\n  server = \"f\"\n}\n\
                module \"m\" {\n  source = \"./m\"\n  server = \"s\"\n  depends_on = [t_backup.first]\n}\n";
    let desired = one(root);
    let needed = &desired.resources[&address("module.m.t_backup.a")].depends_on;
    assert_eq!(needed.iter().map(ToString::to_string).collect::<Vec<_>>(), ["t_backup.first"]);
}

#[test]
fn instances_of_one_module_do_not_wait_for_each_other() {
    let text = "variable \"r\" {\n}\nresource \"t_backup\" \"a\" {\n  server = \"a\"\n  region = var.r\n}\n\
                resource \"t_backup\" \"b\" {\n  server = t_backup.a.id\n  region = var.r\n}\n";
    let root = "module \"m\" {\n  source = \"./m\"\n  for_each = toset([\"x\", \"y\"])\n  r = each.key\n}\n";
    let desired = Files { root, modules: &[("m", text)] }.good();
    let needed = &desired.resources[&address(r#"module.m["x"].t_backup.b"#)].depends_on;
    assert_eq!(needed.iter().map(ToString::to_string).collect::<Vec<_>>(), [r#"module.m["x"].t_backup.a"#]);
}

#[test]
fn what_holds_for_any_values_is_valid_whatever_the_values_are() {
    let check = |root: &str, expected: &[Code]| {
        let (_, problems) = Files { root, modules: &[("m", SERVER)] }.run_as(Purpose::Validate);
        let codes: Vec<Code> =
            problems.iter().map(|problem| problem.code).filter(|code| *code != Code::UnknownValue).collect();
        assert_eq!(codes, expected, "{root}");
    };
    check("variable \"x\" {\n  default = \"a\"\n}\noutput \"o\" {\n  value = tonumber(var.x)\n}\n", &[]);
    check(
        "variable \"x\" {\n  type = list(string)\n}\noutput \"o\" {\n  value = tonumber(var.x)\n}\n",
        &[Code::FunctionCall],
    );
    check(
        "variable \"n\" {\n  type = number\n}\nmodule \"m\" {\n  source = \"./m\"\n  count = var.n\n  server = \"s\"\n}\noutput \"o\" {\n  value = module.m[3].server\n}\n",
        &[],
    );
    check(
        "variable \"n\" {\n  type = list(string)\n}\nmodule \"m\" {\n  source = \"./m\"\n  for_each = var.n\n  server = \"s\"\n}\n",
        &[Code::InvalidExpansion],
    );
    check(
        "module \"m\" {\n  source = \"./m\"\n  for_each = [1]\n  server = \"s\"\n}\n",
        &[Code::InvalidExpansion],
    );
}
