//! One run over one configuration directory: texts, variables, state, providers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::again;
use super::args::{Global, Look};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::providers::Providers;
pub use super::providers::known_at_first;
use super::world::{self, Imitation};
use crate::cloud::{self, Clouds};
use crate::config::{self, Environment, Files, Frames, Input, Inputs, Outlook, Purpose, Tree};
use crate::emulator::Running;
use crate::lang::{self, Attribute};
use crate::model::address::Address;
use crate::model::desired::{Desired, DesiredOutput, Import, Known, ProviderConfig};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::outline::Outline;
use crate::model::plan::Plan;
use crate::model::schema::Schemas;
use crate::model::state::{Operation, RecordedOutput};
use crate::model::value::{Object, Value};
use crate::render::escape::visible;
use crate::render::refusal::PLAN_FILE;
use crate::render::{Called, RenderOptions, stream};
use crate::store::journal::Memory;
use crate::store::lock::{Access, Holder, Lock};
use crate::store::plan_file::{self, SavedPlan};
use crate::store::workspace::{Realm, Workspace};

/// A configuration with its variables, ready to be evaluated.
#[derive(Clone)]
pub struct Configuration {
    /// The texts.
    pub files: Files,
    /// The declarations, also those of modules.
    pub tree: Tree,
    /// The value of every variable.
    pub variables: BTreeMap<Arc<str>, Value>,
    /// The time of the plan.
    pub plan_time: Timestamp,
    /// Where the values of variables are from.
    inputs: Inputs,
    directory: PathBuf,
    shown_directory: String,
}

/// The directory that the command works in.
pub fn directory(context: &Context, global: &Global) -> PathBuf {
    global.directory.as_ref().map_or_else(|| context.directory.clone(), |named| context.directory.join(named))
}

/// How the program was called, for the commands that messages propose.
pub fn called(global: &Global) -> Called {
    let directory = global.directory.as_ref().map(|directory| directory.display().to_string());
    Called::new(directory.as_deref(), global.emulator.as_deref())
}

/// Reads and parses everything. What is wrong comes back beside it.
pub fn read(context: &Context, global: &Global, saved: Option<&SavedPlan>) -> (Configuration, Diagnostics) {
    let directory = directory(context, global);
    let (mut files, mut problems) = config::load(&directory);
    let inputs = inputs(context, global, saved, &mut files, &directory, &mut problems);
    let (configuration, more) = complete(context, files, inputs, directory);
    problems.extend(more);
    (configuration, problems)
}

/// Reads the configuration that a test applies first, beside the texts that are there already. Only the test gives its
/// variables values, and the files that load by themselves.
pub fn read_earlier(
    context: &Context,
    directory: PathBuf,
    name: &str,
    beside: &Configuration,
    given: &[Attribute],
) -> (Configuration, Diagnostics) {
    let (files, mut problems) =
        config::load_beside(&directory, &format!("{name}/"), beside.files.sources.clone());
    let inputs = Inputs { files: files.values.clone(), command_line: arguments(given), ..Inputs::default() };
    let (configuration, more) = complete(context, files, inputs, directory);
    problems.extend(more);
    (configuration, problems)
}

fn arguments(given: &[Attribute]) -> Vec<Input> {
    given.iter().cloned().map(Input::Argument).collect()
}

/// Files with all that they call, and the values of the variables.
fn complete(
    context: &Context,
    mut files: Files,
    inputs: Inputs,
    directory: PathBuf,
) -> (Configuration, Diagnostics) {
    let (tree, mut problems) = config::load_tree(&mut files, &directory, &config::Disk);
    let (variables, more) = config::values(tree.root(), &files.sources, &inputs);
    problems.extend(more);
    let (plan_time, shown_directory) = (context.now(), directory.display().to_string());
    (Configuration { files, tree, variables, plan_time, inputs, directory, shown_directory }, problems)
}

/// Reads a configuration for a command that asks no cloud and takes no part for the whole. Values that only a cloud or
/// the user knows may be missing.
///
/// # Errors
///
/// [`Stop`] with everything that is wrong.
pub fn read_valid(context: &Context, global: &Global, schemas: &Schemas) -> Result<Configuration, Stop> {
    let (configuration, mut problems) = read(context, global, None);
    problems.extend(configuration.validate(schemas, &known_at_first(context)));
    let mut errors = Diagnostics::default();
    let offline = |code: Code| matches!(code, Code::UnknownValue | Code::MissingVariable);
    errors.extend(problems.into_iter().filter(|problem| !offline(problem.code)));
    if errors.has_errors() {
        let options = context.problem_rendering(global.look());
        let text = crate::render::diagnostic::diagnostics(&errors, &configuration.files.sources, &options);
        return Err(Stop::with(Exit::Error, text));
    }
    Ok(configuration)
}

fn inputs(
    context: &Context,
    global: &Global,
    saved: Option<&SavedPlan>,
    files: &mut Files,
    directory: &Path,
    problems: &mut Diagnostics,
) -> Inputs {
    let prefixed = |prefix: &str| {
        let matching = context.environment.iter().filter_map(|(name, value)| {
            name.strip_prefix(prefix).map(|name| (name.to_owned(), value.clone()))
        });
        matching.collect::<Vec<_>>()
    };
    let mut inputs = Inputs { files: files.values.clone(), ..Inputs::default() };
    inputs.environment = prefixed("TF_VAR_").into_iter().chain(prefixed("BACKFORM_VAR_")).collect();
    for path in &global.variable_files {
        match config::add_values(files, directory, &context.directory.join(path)) {
            Ok(file) => inputs.command_line.push(Input::File(file)),
            Err(problem) => problems.push(*problem),
        }
    }
    for pair in &global.variables {
        match pair.split_once('=') {
            Some((name, text)) => {
                let text = files.sources.add(format!("--var {}", name.trim()), text);
                inputs.command_line.push(Input::Pair { name: name.trim().to_owned(), text });
            }
            None => problems.push(
                crate::model::diagnostic::Diagnostic::error(
                    Code::InvalidArgument,
                    "`--var` needs a name and a value",
                )
                .detail(format!("`{pair}` has no `=`."))
                .hint("write `--var 'NAME=VALUE'`"),
            ),
        }
    }
    if let Some(saved) = saved {
        let open = |(_, value): &(&Arc<str>, &Value)| value.marks_deep().is_empty();
        inputs.saved = saved.variables.iter().filter(open).map(|(n, v)| (n.clone(), v.clone())).collect();
    }
    inputs
}

impl Configuration {
    /// The same with values that a test gives, which win over all others.
    #[must_use]
    pub fn with(&self, given: &[Attribute], plan_time: Timestamp) -> (Self, Diagnostics) {
        let mut inputs = self.inputs.clone();
        inputs.command_line.extend(arguments(given));
        let (variables, problems) = config::values(self.tree.root(), &self.files.sources, &inputs);
        (Self { variables, plan_time, inputs, ..self.clone() }, problems)
    }

    /// Its directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Evaluates with what is known.
    pub fn evaluate(&self, schemas: &Schemas, known: &Known) -> (Desired, Diagnostics) {
        let environment = self.environment(&self.variables, known, Purpose::Plan);
        config::evaluate(schemas, &self.tree, &self.files.sources, &environment)
    }

    /// Checks what holds for any values of the variables.
    pub fn validate(&self, schemas: &Schemas, known: &Known) -> Diagnostics {
        let unknown = config::unknown_values(self.tree.root());
        let environment = self.environment(&unknown, known, Purpose::Validate);
        config::evaluate(schemas, &self.tree, &self.files.sources, &environment).1
    }

    /// Evaluates as far as values are known, for questions about them; what cannot be evaluated is unknown.
    pub fn values(&self, schemas: &Schemas, known: &Known) -> Frames {
        let environment = self.environment(&self.variables, known, Purpose::Plan);
        config::evaluate_with_names(schemas, &self.tree, &self.files.sources, &environment).1
    }

    /// What somebody who asks can see.
    pub fn outlook<'a>(&'a self, schemas: &'a Schemas, known: &'a Known, frames: &'a Frames) -> Outlook<'a> {
        let environment = self.environment(&self.variables, known, Purpose::Plan);
        Outlook { schemas, tree: &self.tree, frames, environment }
    }

    fn environment<'a>(
        &'a self,
        variables: &'a BTreeMap<Arc<str>, Value>,
        known: &'a Known,
        purpose: Purpose,
    ) -> Environment<'a> {
        let (plan_time, directory) = (self.plan_time, &*self.shown_directory);
        Environment { variables, known, files: self, plan_time, directory, purpose }
    }

    /// The hash of each file of blocks and values, by name.
    pub fn hashes(&self) -> BTreeMap<String, String> {
        let sources = self.files.blocks.iter().chain(&self.files.modules).chain(&self.files.values);
        let named = sources.filter_map(|id| self.files.sources.file(*id));
        named.map(|source| (source.name.to_string(), plan_file::hash(source.text.as_bytes()))).collect()
    }
}

impl lang::Files for Configuration {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.directory.join(path)).map_err(|error| error.to_string())
    }

    fn exists(&self, path: &str) -> Result<bool, String> {
        let full = self.directory.join(path);
        if full.is_dir() { Err("it is a directory".to_owned()) } else { Ok(full.is_file()) }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let root = self.directory.join(directory);
        let mut found = Vec::new();
        let mut open = vec![root.clone()];
        while let Some(next) = open.pop() {
            for entry in std::fs::read_dir(&next).map_err(|error| error.to_string())? {
                let entry = entry.map_err(|error| error.to_string())?;
                let kind = entry.file_type().map_err(|error| error.to_string())?;
                if kind.is_dir() {
                    open.push(entry.path());
                } else if let Ok(relative) = entry.path().strip_prefix(&root) {
                    found.push(relative.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn absolute(&self, path: &str) -> String {
        self.directory.join(path).display().to_string()
    }
}

/// A run that may read the clouds.
pub struct Session {
    /// The doors to the outside.
    pub context: Context,
    /// Colours and width of results.
    pub rendering: RenderOptions,
    /// What the clouds can do.
    pub schemas: Schemas,
    /// The configuration.
    pub configuration: Configuration,
    /// Where its files are.
    pub workspace: Workspace,
    /// What is remembered.
    pub memory: Memory,
    /// What was found out so far.
    known: Known,
    /// What should be, as long as nothing more was found out.
    evaluated: Option<Arc<(Desired, Diagnostics)>>,
    /// The warnings that were said already.
    told: Diagnostics,
    /// How the program was called.
    pub called: Called,
    /// Operations in flight at most.
    pub parallelism: usize,
    /// The providers that were connected.
    pub clouds: Clouds,
    look: Look,
    providers: Providers,
    imitation: Option<Imitation>,
    /// What the command line wants to be taken over.
    importing: Option<Import>,
    /// None where nothing is kept.
    _lock: Option<Lock>,
}

/// What a session is made of.
struct Parts {
    context: Context,
    configuration: Configuration,
    workspace: Workspace,
    memory: Memory,
    imitation: Option<Imitation>,
    called: Called,
    parallelism: usize,
    look: Look,
    lock: Option<Lock>,
}

/// Where this command's state is: beside the configuration, or with the emulator's things.
pub fn workspace(context: &Context, global: &Global) -> Workspace {
    let realm = if global.emulator.is_some() { Realm::Emulator } else { Realm::Clouds };
    Workspace::new(directory(context, global), realm)
}

/// Acts of a run that was stopped while it sent them: nobody can find out what became of them, so somebody must look,
/// and nothing is repeated.
fn tell_of_acts(context: &Context, memory: &mut Memory) {
    let (acts, others): (Vec<_>, Vec<_>) =
        memory.state.open_intents.drain(..).partition(|intent| intent.operation == Operation::Run);
    memory.state.open_intents = others;
    for act in acts {
        context.tell(&format!(
            "warning: an earlier run was stopped while it ran {}, and may have begun it; look into the cloud before you run it again\n",
            visible(&act.address.to_string())
        ));
    }
}

/// Takes the lock of a workspace.
///
/// # Errors
///
/// [`Stop`] where another run holds it.
pub fn lock(context: &Context, global: &Global, access: Access, purpose: &str) -> Result<Lock, Stop> {
    let workspace = workspace(context, global);
    workspace.prepare().map_err(|error| Stop::failed(&error))?;
    let holder = Holder {
        who: context.variable("USER").or(context.variable("LOGNAME")).unwrap_or("unknown").to_owned(),
        host: context.variable("HOSTNAME").unwrap_or("this machine").to_owned(),
        pid: context.pid,
        since: context.now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        purpose: purpose.to_owned(),
        id: context.identifier(),
    };
    let patience = Duration::from_secs(global.lock_timeout);
    Lock::take(&workspace.lock(), access, &holder, patience).map_err(|error| Stop::failed(&error))
}

impl Session {
    /// Reads configuration and state, and starts the emulator where it is asked for. Problems of the configuration
    /// end the run, all of them at once, before any cloud is called.
    ///
    /// # Errors
    ///
    /// [`Stop`] with everything that is wrong.
    pub async fn open(
        context: &Context,
        global: &Global,
        access: Access,
        purpose: &str,
        saved: Option<&SavedPlan>,
    ) -> Result<Self, Stop> {
        let schemas = cloud::schemas();
        let (configuration, mut problems) = read(context, global, saved);
        let known = known_at_first(context);
        let problems_stop = |problems: &Diagnostics, look| {
            let options = context.problem_rendering(look);
            crate::render::diagnostic::diagnostics(problems, &configuration.files.sources, &options)
        };
        let evaluated = configuration.evaluate(&schemas, &known);
        problems.extend(evaluated.1.iter().filter(|problem| problem.code != Code::UnknownValue).cloned());
        problems.sort();
        context.emit(|| stream::problems(&problems, &configuration.files.sources));
        if problems.has_errors() {
            let stop = Stop::with(Exit::Error, problems_stop(&problems, global.look()));
            return Err(Stop { is_streamed: true, ..stop });
        }
        if !problems.is_empty() {
            context.tell(&problems_stop(&problems, global.look()));
        }
        let workspace = workspace(context, global);
        let lock = lock(context, global, access, purpose)?;
        let mut memory = crate::store::journal::load(&workspace).map_err(|error| Stop::failed(&error))?;
        tell_of_acts(context, &mut memory);
        let imitation = match &global.emulator {
            Some(wanted) => Some(world::start(context, &workspace, wanted).await?),
            None => None,
        };
        let parts = Parts {
            context: context.clone(),
            configuration,
            workspace,
            memory,
            imitation,
            called: called(global).saved_by(again::saving(&context.arguments, PLAN_FILE)),
            parallelism: usize::from(global.parallelism),
            look: global.look(),
            lock: Some(lock),
        };
        Ok(Self { told: problems, evaluated: Some(Arc::new(evaluated)), ..Self::new(parts, schemas) })
    }

    /// A session that keeps nothing: what it knows is in memory, and its cloud is an emulator of this process. Nothing
    /// is evaluated yet.
    pub fn rehearsing(
        context: &Context,
        configuration: Configuration,
        memory: Memory,
        emulator: Running,
        parallelism: usize,
    ) -> Self {
        let workspace = Workspace::new(configuration.directory.clone(), Realm::Emulator);
        let parts = Parts {
            context: context.clone(),
            configuration,
            workspace,
            memory,
            imitation: Some(Imitation::Own(Box::new(emulator))),
            called: Called::new(None, None),
            parallelism,
            look: Look { color: Some(false), ascii: false },
            lock: None,
        };
        Self::new(parts, cloud::schemas())
    }

    fn new(parts: Parts, schemas: Schemas) -> Self {
        let Parts { context, configuration, workspace, memory, imitation, called, parallelism, look, lock } =
            parts;
        let emulator = imitation.as_ref().map(Imitation::address);
        Self {
            rendering: context.rendering(look),
            schemas,
            configuration,
            workspace,
            memory,
            known: known_at_first(&context),
            evaluated: None,
            told: Diagnostics::default(),
            called,
            parallelism,
            clouds: Clouds::default(),
            look,
            providers: Providers::new(&context, emulator, parallelism),
            imitation,
            importing: None,
            _lock: lock,
            context,
        }
    }

    /// What was found out so far.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Wants an object to be taken over, as an `import` block would.
    ///
    /// # Errors
    ///
    /// [`Stop`] where the configuration has no block for it.
    pub fn import(&mut self, to: &Address, id: &str) -> Result<(), Stop> {
        let evaluated = self.evaluate(false)?;
        let Some(resource) = evaluated.0.resources.get(to) else {
            let (kind, name) = (&to.block.kind, &to.block.name);
            let text = format!("error: the configuration has no {}\n", visible(&to.to_string()));
            return Err(Stop::with(Exit::Error, text).hint(&format!(
                "write its block first, with all that it must have: resource \"{kind}\" \"{name}\" {{ ... }}"
            )));
        };
        self.importing = Some(Import { to: to.clone(), id: id.into(), span: resource.span });
        self.evaluated = None;
        Ok(())
    }

    /// Everything that came up with the configuration so far, warnings too; what may be known later does not count.
    pub fn met(&self) -> Diagnostics {
        let evaluated = self.evaluated.iter().flat_map(|evaluated| evaluated.1.iter());
        let counting = evaluated.filter(|problem| problem.code != Code::UnknownValue);
        let mut met = self.told.clone();
        for problem in counting {
            if !met.iter().any(|known| known == problem) {
                met.push(problem.clone());
            }
        }
        met
    }

    /// Takes in what was found out.
    pub fn learn(&mut self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known);
        self.evaluated = None;
    }

    /// What should be, given what is known by now; evaluated anew only where more is known than before. With `all`,
    /// problems with unknown values count too.
    ///
    /// # Errors
    ///
    /// [`Stop`] with all problems, where any is an error.
    pub fn evaluate(&mut self, all: bool) -> Result<Arc<(Desired, Diagnostics)>, Stop> {
        let evaluate = || {
            let (mut desired, problems) = self.configuration.evaluate(&self.schemas, &self.known);
            desired.imports.extend(self.importing.clone());
            Arc::new((desired, problems))
        };
        let evaluated = self.evaluated.take().unwrap_or_else(evaluate);
        self.evaluated = Some(evaluated.clone());
        let counts = |code: Code| all || code != Code::UnknownValue;
        let errors = evaluated.1.iter().filter(|p| counts(p.code) && p.severity == Severity::Error);
        let mut kept = Diagnostics::default();
        kept.extend(errors.cloned());
        if kept.is_empty() { Ok(evaluated) } else { Err(self.problems(&kept)) }
    }

    /// Says each warning once in a run: the same evaluation is done again whenever more is known.
    pub fn tell_warnings(&mut self, problems: &Diagnostics) {
        let mut new = Diagnostics::default();
        let is_new = |problem: &&Diagnostic| {
            problem.severity == Severity::Warning
                && problem.code != Code::UnknownValue
                && !self.told.iter().any(|told| told == *problem)
        };
        new.extend(problems.iter().filter(is_new).cloned());
        if new.is_empty() {
            return;
        }
        let options = self.context.problem_rendering(self.look);
        let sources = &self.configuration.files.sources;
        self.context.emit(|| stream::problems(&new, sources));
        self.context.tell(&crate::render::diagnostic::diagnostics(&new, sources, &options));
        self.told.extend(new);
    }

    /// A run that ends with these problems.
    pub fn problems(&self, problems: &Diagnostics) -> Stop {
        let options = self.context.problem_rendering(self.look);
        let sources = &self.configuration.files.sources;
        self.context.emit(|| stream::problems(problems, sources));
        let text = crate::render::diagnostic::diagnostics(problems, sources, &options);
        Stop { is_streamed: true, problems: problems.clone(), ..Stop::with(Exit::Error, text) }
    }

    /// Connects the providers that configuration and state need and that are not connected yet.
    ///
    /// # Errors
    ///
    /// [`Stop`] where credentials or endpoints cannot be used.
    pub fn connect(&mut self, desired: &Desired) -> Result<(), Stop> {
        let mut wanted = desired.providers.clone();
        let recorded = self.memory.state.resources.values().map(|recorded| &recorded.scope.provider);
        for key in recorded.filter(|key| key.alias.is_none()) {
            let implied = || ProviderConfig { key: key.clone(), arguments: Object::new(), declared_at: None };
            wanted.entry(key.clone()).or_insert_with(implied);
        }
        for (key, config) in &wanted {
            if self.clouds.find(key).is_none() {
                let cloud = self.providers.connected(config)?;
                self.clouds.insert(key.clone(), cloud);
            }
        }
        Ok(())
    }

    /// Ends a session in whose world another one begins: what is remembered, and the emulator.
    pub fn into_rehearsal(self) -> Option<(Memory, Running)> {
        match self.imitation {
            Some(Imitation::Own(running)) => Some((self.memory, *running)),
            Some(Imitation::Other(_)) | None => None,
        }
    }

    /// The emulator that answers in the place of the clouds.
    pub fn imitation(&self) -> Option<&Imitation> {
        self.imitation.as_ref()
    }

    /// Stops the emulator, where one runs in this process.
    pub async fn close(self) {
        if let Some(imitation) = self.imitation {
            imitation.stop().await;
        }
    }

    /// What programs that read plans ask for besides the plan.
    pub fn outline(&self, plan: &Plan) -> Outline {
        let mut outline = config::outline(&self.configuration.tree, &self.schemas);
        if let Some(evaluated) = &self.evaluated {
            let desired = &evaluated.0;
            let stays = desired.outputs.iter().filter(|(name, _)| !plan.outputs.contains_key(*name));
            let kept = |output: &DesiredOutput| RecordedOutput {
                value: output.value.clone(),
                sensitive: output.sensitive,
            };
            outline.outputs = stays.map(|(name, output)| (name.clone(), kept(output))).collect();
            outline.checks = desired.checks.values().cloned().collect();
        }
        outline
    }

    /// What a saved plan keeps.
    pub fn saved(&self, plan: &Plan, digest: &crate::model::approval::Digest) -> SavedPlan {
        SavedPlan {
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: self.context.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            digest: digest.clone(),
            plan: plan.clone(),
            variables: self.configuration.variables.clone(),
            outline: self.outline(plan),
            files: self.configuration.hashes(),
            lineage: self.memory.state.lineage.clone(),
            serial: self.memory.state.serial,
            accounts: self.memory.state.accounts.clone(),
        }
    }
}
