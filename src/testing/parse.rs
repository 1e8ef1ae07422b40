//! The text of a test file to its runs. Never fails: what is wrong is left out and reported.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::{self, Attribute, Block, Body, Expr, Traversal};
use crate::model::address::Address;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Span, nearest};
use crate::model::plan::PlanMode;
use crate::model::types::Type;
use crate::model::value::Value;

use super::case::{Assert, Before, Quoted, Run, TestFile};

/// What a file, or a block of it, may hold.
struct Shape {
    /// What the words are in.
    name: &'static str,
    arguments: &'static [&'static str],
    blocks: &'static [&'static str],
}

const FILE: Shape =
    Shape { name: "a test file", arguments: &["state", "world"], blocks: &["run", "variables"] };
const RUN: Shape = Shape {
    name: "`run`",
    arguments: &["command", "destroy", "expect_failures", "snapshot", "state", "world"],
    blocks: &["assert", "before", "plan_options", "variables"],
};
const OPTIONS: Shape = Shape { name: "`plan_options`", arguments: &["mode", "replace"], blocks: &[] };
const BEFORE: Shape = Shape { name: "`before`", arguments: &["advance", "source"], blocks: &["variables"] };
const ASSERT: Shape = Shape { name: "`assert`", arguments: &["condition", "error_message"], blocks: &[] };

/// Words that Terraform's test files have and that mean nothing here, with what to do instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("mock_provider", "a run is planned against the recorded world that `world` names, so nothing is mocked"),
    ("module", "a `before` block applies another configuration first"),
    ("override_data", "a data source answers from the recorded world that `world` names"),
    ("override_module", "a run plans the whole configuration"),
    ("override_resource", "objects are those of the recorded world that `world` names"),
    ("parallel", "runs do not see each other, and are made side by side"),
    (
        "provider",
        "the configuration's own providers are used, and all of them answer from the recorded world",
    ),
    ("providers", "the configuration's own providers are used"),
    ("refresh", "a plan always refreshes"),
    ("state_key", "every run begins with its own state, which `state` names"),
    ("test", "runs do not see each other, and are made side by side"),
];

/// Reads the runs of a file.
pub fn parse(name: &str, file: FileId, text: &str) -> (TestFile, Diagnostics) {
    let (body, problems) = lang::parse_body(file, text);
    let mut reader = Reader { problems };
    let runs = reader.file(&body);
    reader.problems.sort();
    (TestFile { name: name.into(), runs }, reader.problems)
}

/// What a file says for all of its runs.
#[derive(Default)]
struct Common {
    world: Option<Quoted>,
    state: Option<Quoted>,
    variables: Vec<Attribute>,
}

struct Reader {
    problems: Diagnostics,
}

impl Reader {
    fn file(&mut self, body: &Body) -> Vec<Run> {
        self.only(body, &FILE);
        let common = Common {
            world: self.path(body, "world"),
            state: self.path(body, "state"),
            variables: self.variables(body),
        };
        let mut runs = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for block in body.blocks_of("run") {
            let Some(run) = self.run(block, &common) else { continue };
            // Snapshots are files, and not every file system tells upper from lower case.
            match seen.insert(run.name.to_lowercase(), block.header_span) {
                Some(first) => self.problems.push(
                    Diagnostic::error(Code::DuplicateBlock, "two runs have the same name")
                        .at(block.header_span)
                        .related(first, "the first one")
                        .detail("A snapshot is stored under the name of its run, whatever its case."),
                ),
                None => runs.push(run),
            }
        }
        if body.blocks_of("run").next().is_none() && !self.problems.has_errors() {
            let start = Span { end: body.span.start, ..body.span };
            self.problems.push(
                Diagnostic::error(Code::MissingBlock, "a test file holds no run")
                    .at(start)
                    .hint("write `run \"NAME\" { ... }`; an empty one plans, and compares with a snapshot"),
            );
        }
        runs
    }

    fn run(&mut self, block: &Block, common: &Common) -> Option<Run> {
        let name = self.name(block)?;
        let body = &block.body;
        self.only(body, &RUN);
        self.command(body);
        let (mode, replace) = self.options(body);
        let mut variables = common.variables.clone();
        variables.extend(self.variables(body));
        let expected_failures =
            body.attribute("expect_failures").map(|list| self.references(&list.expr)).unwrap_or_default();
        Some(Run {
            name,
            span: block.header_span,
            world: self.path(body, "world").or_else(|| common.world.clone()),
            state: self.path(body, "state").or_else(|| common.state.clone()),
            before: self.before(body, common),
            variables,
            mode,
            replace,
            asserts: body.blocks_of("assert").filter_map(|block| self.assert(block)).collect(),
            expected_failures,
            has_snapshot: self.flag(body, "snapshot").unwrap_or(true),
        })
    }

    /// The one label of a run: it becomes the name of a file.
    fn name(&mut self, block: &Block) -> Option<Arc<str>> {
        let [label] = &block.labels[..] else {
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "a run has one name")
                    .at(block.header_span)
                    .hint("write `run \"NAME\" { ... }`"),
            );
            return None;
        };
        let mut characters = label.text.chars();
        let starts_well = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
        if !starts_well || !characters.all(|next| next.is_alphanumeric() || next == '_' || next == '-') {
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "this label is not a name").at(label.span).detail(
                    "A name begins with a letter or `_` and goes on with letters, digits, `_` and `-`.",
                ),
            );
            return None;
        }
        Some(label.text.clone())
    }

    /// `command = plan`: the word is there because Terraform's runs have it.
    fn command(&mut self, body: &Body) {
        let Some(command) = body.attribute("command") else { return };
        let word = keyword(&command.expr);
        if word.as_deref() == Some("plan") {
            return;
        }
        let problem = Diagnostic::error(Code::InvalidArgument, "a run can only plan").at(command.expr.span());
        self.problems.push(match word.as_deref() {
            Some("apply") => problem.hint("what must be there already is applied by a `before` block"),
            _ => problem.hint("write `command = plan`, or leave it out"),
        });
    }

    fn options(&mut self, body: &Body) -> (PlanMode, Vec<Address>) {
        let destroy = self.flag(body, "destroy").unwrap_or_default();
        let mut mode = if destroy { PlanMode::Destroy } else { PlanMode::Normal };
        let Some(options) = self.once(body, "plan_options") else { return (mode, Vec::new()) };
        self.only(&options.body, &OPTIONS);
        if let Some(wanted) = options.body.attribute("mode") {
            let found = match keyword(&wanted.expr).as_deref() {
                Some("normal") => Some(PlanMode::Normal),
                Some("refresh-only") => Some(PlanMode::RefreshOnly),
                Some("destroy") => Some(PlanMode::Destroy),
                _ => None,
            };
            match found {
                Some(found) if !destroy => mode = found,
                Some(_) => self.problems.push(
                    Diagnostic::error(Code::Conflict, "a plan is of one kind only")
                        .at(wanted.span)
                        .detail("`destroy = true` stands in the same run."),
                ),
                None => self.problems.push(
                    Diagnostic::error(Code::InvalidArgument, "this kind of plan is not known")
                        .at(wanted.expr.span())
                        .hint("write `normal`, `refresh-only` or `destroy`"),
                ),
            }
        }
        let replace = options.body.attribute("replace").map(|list| self.references(&list.expr));
        let mut addresses = Vec::new();
        for traversal in replace.unwrap_or_default() {
            match traversal.to_string().parse() {
                Ok(address) => addresses.push(address),
                Err(_) => self.problems.push(
                    Diagnostic::error(Code::InvalidReference, "this is not the address of an instance")
                        .at(traversal.span),
                ),
            }
        }
        (mode, addresses)
    }

    fn before(&mut self, body: &Body, common: &Common) -> Option<Before> {
        let block = self.once(body, "before")?;
        self.only(&block.body, &BEFORE);
        let source = self.path(&block.body, "source");
        // What a file says for all runs is meant for the configuration under test.
        let mut variables = if source.is_none() { common.variables.clone() } else { Vec::new() };
        variables.extend(self.variables(&block.body));
        Some(Before {
            source,
            variables,
            advance: self.text(&block.body, "advance"),
            span: block.header_span,
        })
    }

    fn assert(&mut self, block: &Block) -> Option<Assert> {
        self.only(&block.body, &ASSERT);
        let mut needed = |name: &str| {
            let found = block.body.attribute(name).map(|attribute| attribute.expr.clone());
            if found.is_none() {
                self.problems.push(
                    Diagnostic::error(Code::MissingArgument, "a required argument is missing")
                        .at(block.header_span)
                        .detail(format!("`assert` needs `{name}`.")),
                );
            }
            found
        };
        let (condition, error_message) = (needed("condition"), needed("error_message"));
        Some(Assert { condition: condition?, error_message: error_message? })
    }

    /// The values in the `variables` block of a body.
    fn variables(&mut self, body: &Body) -> Vec<Attribute> {
        let Some(block) = self.once(body, "variables") else { return Vec::new() };
        for inner in &block.body.blocks {
            self.problems.push(
                Diagnostic::error(Code::UnknownBlock, "values of variables are no blocks")
                    .at(inner.header_span)
                    .detail("Each line gives one variable its value: `NAME = VALUE`."),
            );
        }
        block.body.attributes.clone()
    }

    /// The block of this kind; a second one is reported.
    fn once<'a>(&mut self, body: &'a Body, kind: &str) -> Option<&'a Block> {
        let mut blocks = body.blocks.iter().filter(|block| *block.kind == *kind);
        let first = blocks.next()?;
        for second in blocks {
            self.problems.push(
                Diagnostic::error(Code::DuplicateBlock, "this block may stand only once")
                    .at(second.header_span)
                    .related(first.header_span, "the first one"),
            );
        }
        Some(first)
    }

    /// A list of references as they stand: `[var.a, check.b]`.
    fn references(&mut self, expr: &Expr) -> Vec<Traversal> {
        let problem = |span: Span| {
            Diagnostic::error(Code::InvalidReference, "only a list of references can stand here")
                .at(span)
                .hint("write `[var.NAME, check.NAME, TYPE.NAME]`, without quotes")
        };
        let Some(items) = expr.as_tuple() else {
            self.problems.push(problem(expr.span()));
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match item.as_traversal() {
                Some(traversal) => found.push(traversal.clone()),
                None => self.problems.push(problem(item.span())),
            }
        }
        found
    }

    fn text(&mut self, body: &Body, name: &str) -> Option<Quoted> {
        let expr = &body.attribute(name)?.expr;
        let text = match lang::constant(expr) {
            Ok(value) => value.as_str().map(Arc::from),
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        if text.is_none() {
            let problem = Diagnostic::error(Code::InvalidArgument, "only a text in quotes can stand here");
            self.problems.push(problem.at(expr.span()));
        }
        Some(Quoted { text: text?, span: expr.span() })
    }

    /// A path is a text that is not empty.
    fn path(&mut self, body: &Body, name: &str) -> Option<Quoted> {
        let quoted = self.text(body, name)?;
        if quoted.text.is_empty() {
            let problem = Diagnostic::error(Code::InvalidArgument, "a path cannot be empty");
            self.problems.push(problem.at(quoted.span));
            return None;
        }
        Some(quoted)
    }

    fn flag(&mut self, body: &Body, name: &str) -> Option<bool> {
        let expr = &body.attribute(name)?.expr;
        let literal = expr.as_literal().and_then(|value| lang::convert(value, &Type::Bool).ok());
        let flag = literal.as_ref().and_then(Value::as_bool);
        if flag.is_none() {
            let problem = Diagnostic::error(Code::InvalidArgument, "only `true` or `false` can stand here");
            self.problems.push(problem.at(expr.span()));
        }
        flag
    }

    /// Reports what has no meaning in a body.
    fn only(&mut self, body: &Body, shape: &Shape) {
        let strange = body.attributes.iter().filter(|found| !shape.arguments.contains(&&*found.name));
        for attribute in strange {
            let problem = Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                .at(attribute.name_span)
                .detail(format!("`{}` is not an argument of {}.", attribute.name, shape.name));
            self.problems.push(explained(problem, &attribute.name, shape.arguments));
        }
        for block in body.blocks.iter().filter(|found| !shape.blocks.contains(&&*found.kind)) {
            let problem = Diagnostic::error(Code::UnknownBlock, "this block is not known")
                .at(block.kind_span)
                .detail(format!("`{}` is not a block of {}.", block.kind, shape.name));
            self.problems.push(explained(problem, &block.kind, shape.blocks));
        }
        for block in body.blocks.iter().filter(|found| *found.kind != *"run") {
            if let Some(label) = block.labels.first() {
                self.problems.push(
                    Diagnostic::error(Code::InvalidBlock, "this block has too many labels")
                        .at(label.span)
                        .detail(format!("`{}` takes none.", block.kind)),
                );
            }
        }
    }
}

fn explained(problem: Diagnostic, word: &str, known: &[&str]) -> Diagnostic {
    match ELSEWHERE.iter().find(|(name, _)| *name == word) {
        Some((_, advice)) => problem.hint(*advice),
        None => problem.suggest(nearest(word, known.iter().copied())),
    }
}

/// A word as it stands, or in quotes.
fn keyword(expr: &Expr) -> Option<String> {
    let bare = expr.as_traversal().filter(|traversal| traversal.steps.is_empty());
    bare.map(ToString::to_string).or_else(|| expr.as_literal_string().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (TestFile, Vec<String>) {
        let (file, problems) = parse("x.test.hcl", FileId(0), text);
        (file, problems.iter().map(|problem| problem.summary.clone()).collect())
    }

    #[test]
    fn a_file_says_things_for_all_of_its_runs() {
        let (file, problems) = read(
            "world = \"w.json\"\nvariables {\n  a = 1\n  b = 2\n}\nrun \"one\" {\n}\nrun \"two\" {\n  world = \"v.json\"\n  variables {\n    b = 3\n  }\n  before {\n  }\n}\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        let shown = |run: &Run| {
            let variables = run.variables.iter().map(|variable| variable.name.to_string());
            let world = run.world.as_ref().map(|world| world.text.to_string());
            (run.name.to_string(), world, variables.collect::<Vec<_>>().join(" "))
        };
        let runs: Vec<_> = file.runs.iter().map(shown).collect();
        let expected = [("one", "w.json", "a b"), ("two", "v.json", "a b b")];
        let expected =
            expected.map(|(name, world, names)| (name.to_owned(), Some(world.to_owned()), names.to_owned()));
        assert_eq!(runs, expected);
        // An earlier configuration gets what is said for all of them, and not what the run itself says.
        assert_eq!(file.runs[1].before.as_ref().unwrap().variables.len(), 2);
    }

    #[test]
    fn the_kind_of_plan_is_terraforms_or_destroy() {
        let check = |text: &str, expected: PlanMode, replaced: usize| {
            let (file, problems) = read(&format!("run \"r\" {{\n{text}\n}}\n"));
            assert_eq!(problems, Vec::<String>::new(), "{text}");
            assert_eq!((file.runs[0].mode, file.runs[0].replace.len()), (expected, replaced), "{text}");
        };
        check("", PlanMode::Normal, 0);
        check("command = plan", PlanMode::Normal, 0);
        check("destroy = true", PlanMode::Destroy, 0);
        check("plan_options {\n mode = refresh-only\n }", PlanMode::RefreshOnly, 0);
        check("plan_options {\n mode = destroy\n }", PlanMode::Destroy, 0);
        check("plan_options {\n replace = [a.b, a.c[\"x\"]]\n }", PlanMode::Normal, 2);
    }

    #[test]
    fn bad_files_are_read_as_far_as_they_can_be() {
        let check = |text: &str, expected: &[&str]| assert_eq!(read(text).1, expected, "{text}");
        check("", &["a test file holds no run"]);
        check("run \"a\" {}", &[]);
        check("run \"a\" \"b\" {}", &["a run has one name"]);
        check("run \"a b\" {}", &["this label is not a name"]);
        check("run \"a\" {\n command = sleep\n}", &["a run can only plan"]);
        check("run \"a\" {\n world = \"\"\n}", &["a path cannot be empty"]);
        check("run \"a\" {\n world = var.x\n}", &["nothing can be referred to here"]);
        check("run \"a\" {\n expect_failures = var.a\n}", &["only a list of references can stand here"]);
        check(
            "run \"a\" {\n destroy = true\n plan_options {\n mode = normal\n }\n}",
            &["a plan is of one kind only"],
        );
        check(
            "run \"a\" {\n plan_options {\n replace = [a.b.c.d]\n }\n}",
            &["this is not the address of an instance"],
        );
        check("run \"a\" {\n variables {\n x {\n }\n }\n}", &["values of variables are no blocks"]);
        check("run \"a\" {\n before {\n }\n before {\n }\n}", &["this block may stand only once"]);
        check("run \"a\" {\n assert {\n }\n}", &["a required argument is missing"; 2]);
    }
}
