//! The house rules. Each is a function from the tree to what breaks it, with a made-up tree that shows that it can.

use std::collections::BTreeSet;

use backform::model::diagnostic::Code;

use crate::support::licences::{self, Licence};
use crate::support::rust::{self, PathUse};
use crate::support::tree::Tree;

/// What a module of `src` may use of the others.
struct Layer {
    name: &'static str,
    uses: &'static [Use],
}

/// A module, or the named parts of one.
enum Use {
    All(&'static str),
    Parts(&'static str, &'static [&'static str]),
}

/// What `refresh` and `apply` may know of the clouds: that there are some, and what can be asked of them.
const THE_TRAIT: Use =
    Use::Parts("cloud", &["Answer", "Cloud", "Clouds", "Error", "ErrorKind", "error", "provider"]);

/// Stages never import stages: they meet in `model`, and only `cli` puts one after another.
const LAYERS: &[Layer] = &[
    Layer { name: "apply", uses: &[Use::All("model"), THE_TRAIT] },
    Layer {
        name: "cli",
        uses: &[
            Use::All("apply"),
            Use::All("cloud"),
            Use::All("config"),
            Use::All("emulator"),
            Use::All("lang"),
            Use::All("model"),
            Use::All("plan"),
            Use::All("refresh"),
            Use::All("render"),
            Use::All("store"),
            Use::All("testing"),
            Use::All("wire"),
        ],
    },
    Layer { name: "cloud", uses: &[Use::All("model"), Use::All("wire")] },
    Layer { name: "config", uses: &[Use::All("lang"), Use::All("model")] },
    Layer { name: "emulator", uses: &[Use::All("wire")] },
    Layer { name: "lang", uses: &[Use::Parts("model", &["diagnostic", "number", "types", "value"])] },
    Layer { name: "lib", uses: &[] },
    Layer { name: "main", uses: &[Use::All("cli")] },
    Layer { name: "model", uses: &[] },
    Layer { name: "plan", uses: &[Use::All("model")] },
    Layer { name: "refresh", uses: &[Use::All("model"), THE_TRAIT] },
    Layer { name: "render", uses: &[Use::All("model")] },
    Layer { name: "store", uses: &[Use::All("model")] },
    Layer { name: "testing", uses: &[Use::All("lang"), Use::All("model")] },
    Layer { name: "wire", uses: &[] },
];

/// Libraries and parts of std that belong in some places only.
const DOORS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["src/render/"]),
    ("axum", &["src/emulator/"]),
    ("clap", &["src/cli/"]),
    ("console", &["src/cli/", "src/render/"]),
    ("hcl_edit", &["src/lang/"]),
    ("indicatif", &["src/cli/"]),
    ("reqwest", &["src/cloud/http.rs"]),
    ("std::fs", &["src/cli/", "src/config/source.rs", "src/store/"]),
    ("std::io::stdin", &["src/cli/"]),
    ("std::io::stdout", &["src/cli/"]),
    ("tempfile", &["src/store/"]),
    ("tokio", &["src/apply/", "src/cli/", "src/cloud/", "src/emulator/", "src/refresh.rs"]),
    ("tokio::fs", &[]),
];

/// Modules of plain data or pure functions, and all the libraries that they need.
const PURE: &[(&str, &[&str])] = &[
    (
        "src/model/",
        &[
            "num_bigint",
            "num_integer",
            "num_traits",
            "serde",
            "serde_json",
            "thiserror",
            "unicode_normalization",
        ],
    ),
    ("src/plan/", &["serde", "serde_json", "sha2", "thiserror"]),
    ("src/store/", &["serde", "serde_json", "sha2", "tempfile", "thiserror"]),
    ("src/testing/", &["jiff"]),
    ("src/wire/", &["serde", "serde_json"]),
];

/// The top of the tree, besides names that begin with a dot.
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "examples",
    "snapshots",
    "src",
    "tests",
];

/// A file's place among the modules: `src/a/b.rs` and `src/a/b/mod.rs` are `[a, b]`.
fn module_of(path: &str) -> Vec<&str> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inner.split('/').collect()
}

/// The path from the crate's root that code names, or `None` where it names another crate.
fn inside_the_crate(path: &PathUse, module: &[&str]) -> Option<Vec<String>> {
    let segments = &path.segments;
    match segments[0].as_str() {
        "crate" | "backform" => Some(segments[1..].to_vec()),
        "super" | "self" => {
            let ups = segments.iter().take_while(|segment| *segment == "super").count();
            let skipped = ups.max(1);
            let nested = (0..path.depth).map(|_| "mod");
            let mut base: Vec<String> = module.iter().copied().chain(nested).map(str::to_owned).collect();
            base.truncate(base.len().saturating_sub(ups));
            base.extend_from_slice(&segments[skipped..]);
            Some(base)
        }
        _ => None,
    }
}

/// The code of a file of `src`, without strings and comments.
fn code_below<'a>(tree: &'a Tree, folder: &'a str) -> impl Iterator<Item = (&'a str, String)> {
    tree.below(folder, ".rs").map(|(path, text)| (path, rust::code_of(text)))
}

/// Modules use only what the table of layers gives them, in their tests too.
fn layers(tree: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, code) in code_below(tree, "src/") {
        let module = module_of(file);
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == module[0]) else {
            broken.push(format!("{file}: `{}` has no place in the table of layers", module[0]));
            continue;
        };
        for path in rust::paths(&code) {
            let Some(target) = inside_the_crate(&path, &module) else { continue };
            let Some(name) = target.first().filter(|name| LAYERS.iter().any(|layer| layer.name == **name))
            else {
                continue;
            };
            let part = target.get(1).map(String::as_str);
            let allowed = layer.uses.iter().any(|allowed| match allowed {
                Use::All(module) => module == name,
                Use::Parts(module, parts) => module == name && part.is_some_and(|part| parts.contains(&part)),
            });
            if *name != layer.name && !allowed {
                broken.push(format!(
                    "{file}:{}: `{}` may not use `{}`",
                    path.line,
                    layer.name,
                    target.join("::")
                ));
            }
        }
    }
    broken
}

/// Each door to the outside world is where it belongs. Unit tests may open some to set a scene.
fn doors(tree: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, code) in code_below(tree, "src/") {
        for path in rust::paths(&rust::without_tests(&code)) {
            let name = path.segments.join("::");
            for (door, places) in DOORS {
                let opens = name == *door || name.starts_with(&format!("{door}::"));
                if opens && !places.iter().any(|place| file.starts_with(place)) {
                    broken.push(format!("{file}:{}: `{door}` belongs in {}", path.line, places.join(", ")));
                }
            }
        }
    }
    broken
}

/// Pure modules use no library beyond their few.
fn purity(tree: &Tree) -> Vec<String> {
    let libraries = dependencies(tree);
    let mut broken = Vec::new();
    for (folder, allowed) in PURE {
        for (file, code) in code_below(tree, folder) {
            for path in rust::paths(&rust::without_tests(&code)) {
                let first = path.segments[0].as_str();
                if libraries.contains(first) && !allowed.contains(&first) {
                    broken.push(format!("{file}:{}: `{first}` is not for {folder}", path.line));
                }
            }
        }
    }
    broken
}

/// The planner knows no resource type by name; what is special about one stands in its schema.
fn no_types_in_the_planner(tree: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, text) in tree.below("src/plan/", ".rs") {
        // Strings count here, so the text is looked at and not the code; it ends where the tests begin.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            if ["alicloud", "huaweicloud", "hbr", "cbr"].iter().any(|word| line.to_lowercase().contains(word))
            {
                broken.push(format!("{file}:{number}: the planner names a cloud's own thing"));
            }
        }
    }
    broken
}

/// `main.rs` only calls the command line and turns its answer into an exit code.
fn short_main(tree: &Tree) -> Vec<String> {
    let lines = tree.text("src/main.rs").map_or(0, |text| text.lines().count());
    if lines < 20 {
        Vec::new()
    } else {
        vec![format!("src/main.rs: {lines} lines are more than a door needs")]
    }
}

fn top_level(tree: &Tree) -> Vec<String> {
    let strangers = tree.top().into_iter().filter(|name| !name.starts_with('.') && !TOP.contains(name));
    strangers.map(|name| format!("{name}: not a name for the top of the tree")).collect()
}

/// Nothing is left undone or switched off.
fn unfinished(tree: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, code) in code_below(tree, "src/").chain(code_below(tree, "tests/")) {
        for (number, line) in (1..).zip(code.lines()) {
            let dense: String = line.split_whitespace().collect();
            for sign in ["todo!", "unimplemented!", "dbg!", concat!("#[", "ignore")] {
                if dense.contains(sign) {
                    broken.push(format!("{file}:{number}: `{sign}`"));
                }
            }
            if dense.contains("[allow(") && !line.contains("reason") {
                broken.push(format!("{file}:{number}: an `allow` without a reason"));
            }
        }
    }
    broken
}

/// No file names a place on somebody's machine.
fn machine_paths(tree: &Tree) -> Vec<String> {
    // Taken apart, so that this file does not break its own rule.
    let places =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/private", "/tmp/")];
    let mut broken = Vec::new();
    for (file, text) in tree.below("", "") {
        for (number, line) in (1..).zip(text.lines()) {
            if places.iter().any(|place| line.contains(place)) {
                broken.push(format!("{file}:{number}: a path of one machine"));
            }
        }
    }
    broken
}

/// Every body's shape says which page of the vendor it is from.
fn sources_of_shapes(tree: &Tree) -> Vec<String> {
    let shapes = tree.below("src/wire/", ".rs").filter(|(file, _)| *file != "src/wire/mod.rs");
    let silent = shapes.filter(|(_, text)| !text.to_lowercase().contains("source:"));
    silent.map(|(file, _)| format!("{file}: names no source")).collect()
}

/// Every code of a diagnostic stands in the README's reference, once there is one: a heading that speaks of diagnostics.
fn documented_codes(tree: &Tree) -> Vec<String> {
    let readme = tree.text("README.md").unwrap_or_default();
    let heading = |line: &str| line.starts_with('#') && line.to_lowercase().contains("diagnostic");
    if !readme.lines().any(heading) {
        return Vec::new();
    }
    let missing = Code::ALL.iter().filter(|code| !readme.contains(&format!("`{code}`")));
    missing.map(|code| format!("README.md: `{code}` is not in the reference")).collect()
}

/// The names of the libraries, as code spells them.
fn dependencies(tree: &Tree) -> BTreeSet<String> {
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    dependency_lines(manifest).map(|(_, name, _)| name.replace('-', "_")).collect()
}

/// Each dependency with its line and the line before it.
fn dependency_lines(manifest: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let mut within = false;
    let mut before = "";
    (1..).zip(manifest.lines()).filter_map(move |(number, line)| {
        let previous = std::mem::replace(&mut before, line);
        if line.starts_with('[') {
            within = line.ends_with("dependencies]");
        }
        let name =
            line.split_once(" = ").map(|(name, _)| name).filter(|_| within && !line.starts_with('#'))?;
        Some((number, name, previous))
    })
}

/// The reason for a dependency stands above it; one of the same family shares that of its elder.
fn reasons_of_dependencies(tree: &Tree) -> Vec<String> {
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    let family = |line: &str| line.split(['-', '_', ' ', '.']).next().unwrap_or_default().to_owned();
    let silent = dependency_lines(manifest)
        .filter(|(_, name, before)| !before.starts_with('#') && family(before) != family(name));
    silent.map(|(number, name, _)| format!("Cargo.toml:{number}: no reason for `{name}`")).collect()
}

/// Snapshots are in `snapshots/<example>/`, none waits for review, and each is named by a test.
fn snapshots(tree: &Tree) -> Vec<String> {
    let tests: String = tree.below("tests/", ".rs").map(|(_, text)| text).collect();
    let mut broken = Vec::new();
    // What lies in an example are the snapshots of its own tests, which `backform test` looks after.
    let ours = tree.below("", "").filter(|(file, _)| !file.starts_with("examples/"));
    for (file, _) in ours.filter(|(file, _)| file.contains(".snap") || file.ends_with("-snap")) {
        let parts: Vec<&str> = file.split('/').collect();
        match (parts.as_slice(), file.rsplit_once('.')) {
            (_, Some((_, "new" | "pending-snap"))) | (.., None) => {
                broken.push(format!("{file}: waits for review"));
            }
            (["snapshots", example, name], Some((_, "snap"))) => {
                let name = name.trim_end_matches(".snap");
                let is_example = tree.below(&format!("examples/{example}/"), "").next().is_some();
                if !is_example && !tests.contains(&format!("\"{example}\"")) {
                    broken.push(format!("{file}: `{example}` is neither an example nor named by a test"));
                }
                if !tests.contains(&format!("\"{name}\"")) {
                    broken.push(format!("{file}: no test names `{name}`"));
                }
            }
            _ => broken.push(format!("{file}: a snapshot is in snapshots/<example>/<name>.snap")),
        }
    }
    broken
}

/// Every vector is read by some test: its name, or its folder's, stands in code.
fn vectors(tree: &Tree) -> Vec<String> {
    let code: String =
        tree.below("src/", ".rs").chain(tree.below("tests/", ".rs")).map(|(_, text)| text).collect();
    let unread = tree.below("tests/it/vectors/", "").filter(|(file, _)| {
        let name = file.trim_start_matches("tests/it/vectors/");
        let (folder, own) = name.rsplit_once('/').unwrap_or(("", name));
        let by_folder = !folder.is_empty() && code.contains(&format!("vectors/{folder}"));
        !code.contains(own) && !by_folder
    });
    unread.map(|(file, _)| format!("{file}: no test reads it")).collect()
}

/// Every library in the tree may be used under a licence that `.deny.toml` allows.
fn licences_allowed(tree: &Tree, libraries: &[(String, String)]) -> Vec<String> {
    let allowed = licences::allowed(tree.text(".deny.toml").unwrap_or_default());
    let refused = libraries
        .iter()
        .filter(|(_, licence)| Licence::parse(licence).is_none_or(|licence| !licence.is_within(&allowed)));
    refused.map(|(name, licence)| format!("{name}: the licence `{licence}` is not in .deny.toml")).collect()
}

/// All broken rules of the package at once.
fn check(rule: fn(&Tree) -> Vec<String>) {
    let broken = rule(&Tree::read());
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Shows that a rule catches what breaks it: exactly these, by the beginning of each message.
fn caught(rule: fn(&Tree) -> Vec<String>, files: &[(&str, &str)], expected: &[&str]) {
    let broken = rule(&Tree::of(files));
    let as_expected = broken.iter().zip(expected).all(|(broken, expected)| broken.starts_with(expected));
    assert!(
        as_expected && broken.len() == expected.len(),
        "{files:?}: expected {expected:?}, got {broken:?}"
    );
}

#[test]
fn modules_keep_their_layers() {
    check(layers);
}

#[test]
fn a_broken_layer_is_caught() {
    let one = |file: &str, code: &str, expected: &[&str]| caught(layers, &[(file, code)], expected);
    one(
        "src/plan/diff.rs",
        "use crate::lang::parse;",
        &["src/plan/diff.rs:1: `plan` may not use `lang::parse`"],
    );
    one("src/plan/diff.rs", "\nfn f() { super::super::render::x() }", &["src/plan/diff.rs:2:"]);
    one("src/plan/mod.rs", "use super::{model::plan::Plan, apply::Step};", &["src/plan/mod.rs:1:"]);
    one("src/plan/diff.rs", "mod tests { use super::super::super::store::x; }", &["src/plan/diff.rs:1:"]);
    one("src/plan/diff.rs", "mod tests { use super::super::super::model::x; }", &[]);
    one("src/refresh.rs", "use super::plan::x;", &["src/refresh.rs:1:"]);
    one("src/refresh.rs", "use crate::cloud::Clouds;", &[]);
    one("src/apply/mod.rs", "use crate::cloud::alibaba::sign;", &["src/apply/mod.rs:1:"]);
    one("src/emulator/core.rs", "use crate::cloud::alibaba::sign;", &["src/emulator/core.rs:1:"]);
    one("src/emulator/core.rs", "use crate::model::value::Value;", &["src/emulator/core.rs:1:"]);
    one("src/emulator/core.rs", "use crate::wire::alibaba::hbr;", &[]);
    one("src/lang/mod.rs", "use crate::model::plan::Plan;", &["src/lang/mod.rs:1:"]);
    one("src/lang/mod.rs", "// crate::cloud::x\nconst X: &str = \"crate::cloud::x\";", &[]);
    one("src/main.rs", "fn main() { backform::plan::plan() }", &["src/main.rs:1:"]);
    one("src/cli/plan.rs", "use crate::{config, plan::plan, store};", &[]);
    one("src/extra/mod.rs", "", &["src/extra/mod.rs: `extra` has no place"]);
}

#[test]
fn doors_are_where_they_belong() {
    check(doors);
}

#[test]
fn a_door_elsewhere_is_caught() {
    let one = |file: &str, code: &str, expected: &[&str]| caught(doors, &[(file, code)], expected);
    one("src/cloud/alibaba/client.rs", "use reqwest::Client;", &["src/cloud/alibaba/client.rs:1: `reqwest`"]);
    one("src/cloud/http.rs", "use reqwest::Client;", &[]);
    one("src/render/mod.rs", "#[derive(clap::Args)] struct A;", &["src/render/mod.rs:1: `clap`"]);
    one("src/config/blocks.rs", "use hcl_edit::Span;", &["src/config/blocks.rs:1: `hcl_edit`"]);
    one("src/config/blocks.rs", "use std::{fs, io};", &["src/config/blocks.rs:1: `std::fs`"]);
    one("src/config/source.rs", "use std::fs;", &[]);
    one("src/config/blocks.rs", "#[cfg(test)]\nmod tests { use std::fs; }", &[]);
    one(
        "src/plan/mod.rs",
        "async fn f() { tokio::task::yield_now().await }",
        &["src/plan/mod.rs:1: `tokio`"],
    );
}

#[test]
fn pure_modules_use_few_libraries() {
    check(purity);
}

#[test]
fn a_library_in_a_pure_module_is_caught() {
    let manifest = ("Cargo.toml", "[dependencies]\n# Why.\nserde = \"1\"\n# Why.\nuuid = \"1\"\n");
    caught(
        purity,
        &[manifest, ("src/model/plan.rs", "use serde::Serialize;\nuse uuid::Uuid;")],
        &["src/model/plan.rs:2:"],
    );
}

#[test]
fn the_planner_knows_no_type() {
    check(no_types_in_the_planner);
}

#[test]
fn a_type_in_the_planner_is_caught() {
    let code = "fn f(kind: &str) -> bool {\n    kind == \"alicloud_ecs_file_backup\"\n}";
    caught(no_types_in_the_planner, &[("src/plan/risk.rs", code)], &["src/plan/risk.rs:2:"]);
    let test = format!("#[cfg(test)]\nmod tests {{ {code} }}");
    caught(no_types_in_the_planner, &[("src/plan/risk.rs", &test)], &[]);
}

#[test]
fn main_is_short() {
    check(short_main);
    caught(short_main, &[("src/main.rs", &"x;\n".repeat(20))], &["src/main.rs: 20 lines"]);
}

#[test]
fn the_top_is_small() {
    check(top_level);
    caught(top_level, &[("docs/a.md", ""), ("src/lib.rs", ""), (".ci/run", "")], &["docs: not a name"]);
}

#[test]
fn nothing_is_unfinished() {
    check(unfinished);
}

#[test]
fn what_is_unfinished_is_caught() {
    let one = |code: &str, expected: &[&str]| caught(unfinished, &[("tests/it/x.rs", code)], expected);
    one(concat!("fn f() { todo!", "() }"), &["tests/it/x.rs:1: `todo!`"]);
    one("fn f() { unimplemented ! () }", &["tests/it/x.rs:1: `unimplemented!`"]);
    one(concat!("\nlet x = dbg!", "(y);"), &["tests/it/x.rs:2: `dbg!`"]);
    one(concat!("#[", "ignore = \"slow\"]"), &[concat!("tests/it/x.rs:1: `#[", "ignore`")]);
    one("#[allow(dead_code)]", &["tests/it/x.rs:1: an `allow`"]);
    one("#[allow(dead_code, reason = \"why\")]", &[]);
    one(concat!("// todo!", "()"), &[]);
}

#[test]
fn no_machine_is_named() {
    check(machine_paths);
    let text = format!("a\nsee /{}/x", "work");
    caught(machine_paths, &[("README.md", &text)], &["README.md:2:"]);
}

#[test]
fn shapes_name_their_sources() {
    check(sources_of_shapes);
    let files =
        [("src/wire/mod.rs", ""), ("src/wire/a.rs", "/// Source: the page."), ("src/wire/b.rs", "struct B;")];
    caught(sources_of_shapes, &files, &["src/wire/b.rs: names no source"]);
}

#[test]
fn codes_are_documented() {
    check(documented_codes);
}

#[test]
fn a_code_that_is_not_documented_is_caught() {
    let reference: Vec<String> = Code::ALL.iter().skip(1).map(|code| format!("- `{code}`: why")).collect();
    let reference = reference.join("\n");
    let readme = format!("# x\n## Diagnostics\n{reference}");
    let expected = format!("README.md: `{}`", Code::ALL[0]);
    caught(documented_codes, &[("README.md", &readme)], &[&expected]);
    caught(documented_codes, &[("README.md", &reference)], &[]);
}

#[test]
fn dependencies_have_reasons() {
    check(reasons_of_dependencies);
    let manifest =
        "[package]\nname = \"x\"\n[dependencies]\n# Why.\nserde = \"1\"\nserde_json = \"1\"\nuuid = \"1\"\n";
    caught(reasons_of_dependencies, &[("Cargo.toml", manifest)], &["Cargo.toml:7: no reason for `uuid`"]);
    let manifest = "[dev-dependencies]\ninsta = \"1\"\n";
    caught(reasons_of_dependencies, &[("Cargo.toml", manifest)], &["Cargo.toml:2: no reason for `insta`"]);
}

#[test]
fn snapshots_are_reviewed_and_named() {
    check(snapshots);
}

#[test]
fn a_snapshot_that_is_lost_is_caught() {
    let example = ("examples/first/main.hcl", "");
    let test = ("tests/it/x.rs", "assert_snapshot(\"first\", \"plan\", &text); example(\"gone\")");
    let one = |file: &str, expected: &[&str]| caught(snapshots, &[example, test, (file, "")], expected);
    one("snapshots/first/plan.snap", &[]);
    one("snapshots/first/apply.snap", &["snapshots/first/apply.snap: no test"]);
    one("snapshots/second/plan.snap", &["snapshots/second/plan.snap: `second`"]);
    one("snapshots/first/plan.snap.new", &["snapshots/first/plan.snap.new: waits"]);
    one("src/render/snapshots/plan.snap", &["src/render/snapshots/plan.snap: a snapshot is in"]);
    one("src/render/.text.rs.pending-snap", &["src/render/.text.rs.pending-snap"]);
}

#[test]
fn vectors_are_read() {
    check(vectors);
    let files = [
        ("tests/it/vectors/a.json", ""),
        ("tests/it/vectors/b.json", ""),
        ("tests/it/vectors/hbr/c.json", ""),
        ("tests/it/vectors/ecs/d.json", ""),
        ("src/wire/x.rs", "include_str!(\"../a.json\"); read(\"vectors/hbr\")"),
    ];
    caught(vectors, &files, &["tests/it/vectors/b.json", "tests/it/vectors/ecs/d.json"]);
}

#[test]
fn licences_are_allowed() {
    let broken = licences_allowed(&Tree::read(), &licences::of_all_libraries());
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn a_licence_that_is_not_allowed_is_caught() {
    let tree = Tree::of(&[(".deny.toml", "[licenses]\nallow = [\n    \"MIT\",\n    \"Apache-2.0\",\n]\n")]);
    let check = |licence: &str, is_allowed: bool| {
        let broken = licences_allowed(&tree, &[("x".to_owned(), licence.to_owned())]);
        assert_eq!(broken.is_empty(), is_allowed, "{licence}");
    };
    check("MIT", true);
    check("MIT OR GPL-3.0", true);
    check("MIT/GPL-3.0", true);
    check("MIT AND GPL-3.0", false);
    check("(MIT OR GPL-3.0) AND Apache-2.0", true);
    check("GPL-3.0 OR MIT AND Zlib", false);
    check("Apache-2.0 WITH LLVM-exception", false);
    check("", false);
    check("(MIT", false);
}
