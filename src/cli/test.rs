//! `backform test`

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};

use super::args::{Global, TestArgs};
use super::context::{Context, Rehearsal};
use super::exit::{Exit, Stop};
use super::rehearsal::{self, Obstacle, Rehearsed};
use super::session::{self, Configuration};
use super::snapshots;
use crate::lang::Traversal;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span};
use crate::model::schema::Schemas;
use crate::model::value::Value;
use crate::model::verdict::{Comparison, RunCounts, RunStatus, Verdict};
use crate::render::{self, RenderOptions, testing as shown};
use crate::testing::case::{Run, TestFile};
use crate::testing::judge::{self, Names};
use crate::testing::{parse, view};
use crate::{cloud, config};

/// Runs under way at once: each has an emulator of its own.
const AT_ONCE: usize = 4;

/// Plans every case and says how it went.
///
/// # Errors
///
/// [`Stop`] with everything that is wrong with the texts, before anything is planned.
pub async fn run(context: &Context, global: &Global, args: &TestArgs) -> Result<Exit, Stop> {
    let schemas = cloud::schemas();
    let (configuration, files) = read(context, global, &schemas)?;
    let wanted: Vec<(&TestFile, &Run)> =
        all(&files).filter(|(file, run)| is_wanted(args, file, run)).collect();
    if wanted.is_empty() {
        return Err(nothing_to_do(&files));
    }
    context.emit(|| vec![shown::found(&names(&wanted))]);
    let stage =
        Stage { context, configuration: &configuration, schemas: &schemas, global, update: args.update };
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut coming =
        stream::iter(wanted.iter().map(|(file, run)| stage.verdict(file, run))).buffered(AT_ONCE);
    let options = context.rendering(global.look());
    while let Some(verdict) = coming.next().await {
        let verdict = verdict?;
        let is_first = verdicts.last().is_none_or(|last| last.file != verdict.file);
        context.emit(|| shown::events(&verdict, &configuration.files.sources));
        context.print(&shown::line(&verdict, is_first, &options));
        verdicts.push(verdict);
    }
    for verdict in &verdicts {
        context.print(&shown::failure(verdict, &configuration.files.sources, &options));
    }
    let is_whole = wanted.len() == all(&files).count();
    let owned: BTreeSet<String> = all(&files)
        .filter(|(_, run)| run.has_snapshot)
        .map(|(file, run)| snapshots::path(&file.name, &run.name))
        .collect();
    let orphans = snapshots::orphans(configuration.directory(), &owned, args.update && is_whole)?;
    if is_whole {
        context.print(&shown::orphans(&orphans, args.update, &options));
    }
    let counts = RunCounts::of(&verdicts);
    context.emit(|| vec![shown::summary(counts)]);
    context.print(&shown::tally(counts, &options));
    Ok(if counts.is_success() { Exit::Success } else { Exit::Error })
}

fn all(files: &[TestFile]) -> impl Iterator<Item = (&TestFile, &Run)> {
    files.iter().flat_map(|file| file.runs.iter().map(move |run| (file, run)))
}

fn names(runs: &[(&TestFile, &Run)]) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, run) in runs {
        names.entry(file.name.to_string()).or_default().push(run.name.to_string());
    }
    names
}

fn is_wanted(args: &TestArgs, file: &TestFile, run: &Run) -> bool {
    let named =
        args.files.is_empty() || args.files.iter().any(|name| name.trim_start_matches("./") == &*file.name);
    let holds = |text: &String| run.name.contains(text.as_str()) || file.name.contains(text.as_str());
    named && (args.filters.is_empty() || args.filters.iter().any(holds))
}

fn nothing_to_do(files: &[TestFile]) -> Stop {
    if files.is_empty() {
        return Stop::with(Exit::Error, "error: there are no tests here\n").hint(
            "write `run \"NAME\" { ... }` blocks into a file that ends in `.test.hcl`, here or in `tests`",
        );
    }
    Stop::with(Exit::Error, "error: no run is meant by the filters\n")
        .hint("`--filter` takes the path of a test file; other words are parts of names")
}

/// Reads configuration and tests. Everything that is wrong with them is said at once.
fn read(
    context: &Context,
    global: &Global,
    schemas: &Schemas,
) -> Result<(Configuration, Vec<TestFile>), Stop> {
    // What the environment says beyond variables must not matter to a test.
    let quiet = context.rehearsing(Rehearsal::at(context.now()));
    let (mut configuration, mut problems) = session::read(&quiet, global, None);
    problems.extend(configuration.validate(schemas, &session::known_at_first(&quiet)));
    let directory = configuration.directory().to_owned();
    let mut found = Diagnostics::default();
    // A value that no variable has yet may stand in a test.
    let offline = |code: Code| matches!(code, Code::UnknownValue | Code::MissingVariable);
    found.extend(problems.into_iter().filter(|p| !offline(p.code) && p.severity == Severity::Error));
    let texts = config::test_files(&directory, &mut configuration.files.sources, &mut found);
    let mut files = Vec::new();
    for (name, id) in texts {
        let text = configuration.files.sources.file(id).map(|source| source.text.clone()).unwrap_or_default();
        let (file, problems) = parse::parse(&name, id, &text);
        found.extend(problems);
        files.push(file);
    }
    let names = Declared { configuration: &configuration, schemas };
    for (_, run) in all(&files) {
        found.extend(judge::check(run, &names));
    }
    if found.has_errors() {
        found.sort();
        context.emit(|| render::stream::problems(&found, &configuration.files.sources));
        let options = context.problem_rendering(global.look());
        let text = render::diagnostic::diagnostics(&found, &configuration.files.sources, &options);
        return Err(Stop { is_streamed: true, ..Stop::with(Exit::Error, text) });
    }
    Ok((configuration, files))
}

/// The names that the configuration declares.
struct Declared<'a> {
    configuration: &'a Configuration,
    schemas: &'a Schemas,
}

impl Names for Declared<'_> {
    fn problem(&self, reference: &Traversal) -> Option<Diagnostic> {
        config::check_reference(&self.configuration.tree, self.schemas, reference)
    }

    fn outputs(&self) -> Vec<&str> {
        self.configuration.tree.root().outputs.keys().map(|name| &**name).collect()
    }

    fn checks(&self) -> Vec<&str> {
        self.configuration.tree.root().checks.keys().map(|name| &**name).collect()
    }

    fn subject(&self, condition: Span) -> Option<String> {
        config::conditioned(&self.configuration.tree, condition)
    }
}

/// What all runs share.
struct Stage<'a> {
    context: &'a Context,
    configuration: &'a Configuration,
    schemas: &'a Schemas,
    global: &'a Global,
    update: bool,
}

impl Stage<'_> {
    /// Plans one run and judges it.
    async fn verdict(&self, file: &TestFile, run: &Run) -> Result<Verdict, Stop> {
        let mut verdict = Verdict {
            file: file.name.clone(),
            run: run.name.clone(),
            status: RunStatus::Pass,
            problems: Diagnostics::default(),
            words: String::new(),
            comparison: Comparison::None,
        };
        let parallelism = usize::from(self.global.parallelism);
        match rehearsal::rehearse(self.context, self.configuration, run, parallelism).await {
            Ok(rehearsed) => self.judge(rehearsed, run, &mut verdict).await?,
            Err(obstacle) => {
                verdict.status = RunStatus::Error;
                match obstacle {
                    Obstacle::Problems(problems) => verdict.problems = problems,
                    Obstacle::Stop(stop) => verdict.words = stop.message,
                }
            }
        }
        Ok(verdict)
    }

    async fn judge(&self, rehearsed: Rehearsed, run: &Run, verdict: &mut Verdict) -> Result<(), Stop> {
        let Rehearsed { session, plan } = rehearsed;
        let names = Declared { configuration: &session.configuration, schemas: self.schemas };
        let mut met = session.met();
        if let Err(stop) = &plan {
            let known: Vec<Diagnostic> = met.iter().cloned().collect();
            met.extend(stop.problems.iter().filter(|problem| !known.contains(problem)).cloned());
            if stop.problems.is_empty() {
                verdict.words.clone_from(&stop.message);
            }
        }
        let met = judge::without_consequences(run, met, &names);
        let made = plan.as_ref().ok();
        let text = self.text(&session, &met, made);
        verdict.problems = judge::unexpected(run, met, made.map(|planned| &planned.plan), &names);
        if let Some(planned) = made {
            verdict.problems.extend(self.asserted(&session, planned, run));
        }
        let is_planned = made.is_some() || (verdict.words.is_empty() && verdict.problems.is_empty());
        if run.has_snapshot && is_planned {
            let path = snapshots::path(&verdict.file, &verdict.run);
            let text = snapshots::text(&verdict.file, &verdict.run, &text);
            // What is wrong is not stored as if it were right.
            let update = self.update && verdict.problems.is_empty();
            verdict.comparison = snapshots::compare(session.configuration.directory(), &path, &text, update)?;
        }
        verdict.problems.sort();
        verdict.status = judge::status(is_planned, &verdict.problems, &verdict.comparison);
        session.close().await;
        Ok(())
    }

    /// What `plan` would show: warnings and the plan, or why there is none.
    fn text(
        &self,
        session: &session::Session,
        met: &Diagnostics,
        made: Option<&super::planning::Planned>,
    ) -> String {
        let options = RenderOptions::default();
        let mut text = render::diagnostic::diagnostics(met, &session.configuration.files.sources, &options);
        if let Some(planned) = made {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&render::text::plan(&planned.plan, &planned.digest, self.schemas, &options));
        }
        text
    }

    /// The assertions that do not hold.
    fn asserted(
        &self,
        session: &session::Session,
        planned: &super::planning::Planned,
        run: &Run,
    ) -> Diagnostics {
        let known = session.known();
        let frames = session.configuration.values(self.schemas, known);
        let outlook = session.configuration.outlook(self.schemas, known, &frames);
        let names = outlook.scope();
        let outputs = session.configuration.evaluate(self.schemas, known).0.outputs;
        let outputs = outputs.into_iter().map(|(name, output)| {
            (name, if output.sensitive { output.value.sensitive() } else { output.value })
        });
        let seen = view::View {
            plan: view::plan(&planned.plan, &planned.digest),
            outputs: Value::object(outputs),
            objects: view::objects(&planned.plan),
            names: &names,
        };
        judge::asserts(run, &seen)
    }
}
