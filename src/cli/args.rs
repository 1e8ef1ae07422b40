//! The command line, as data. Terraform's spelling with one dash is accepted for every long flag.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::render::View;

/// Backup protection of cloud servers as code: plan, approve, apply.
#[derive(Debug, Parser)]
#[command(name = "backform", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What applies to every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done or nothing to do; 1 error; 2 the plan has changes, or a server is unprotected (--detailed-exitcode); \
3 approval missing or refused; 4 the world is no longer what was approved; 5 applied in part.";

/// What applies to every command.
#[derive(Args, Debug)]
pub struct Global {
    /// Work in this directory
    #[arg(short = 'C', long = "chdir", global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Use the embedded emulator in place of the clouds; WORLD is a file or `fleet:N` [default: world.json]
    #[arg(long, global = true, value_name = "WORLD", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub emulator: Option<String>,
    /// Colour the output
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// No colour, as Terraform spells it
    #[arg(long, global = true, hide = true)]
    pub no_color: bool,
    /// Draw with ASCII characters only, and escape all others
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Operations in flight at most
    #[arg(long, global = true, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub parallelism: u16,
    /// Set a variable
    #[arg(long = "var", global = true, value_name = "NAME=VALUE", action = ArgAction::Append)]
    pub variables: Vec<String>,
    /// Set variables from a file
    #[arg(long = "var-file", global = true, value_name = "FILE", action = ArgAction::Append)]
    pub variable_files: Vec<PathBuf>,
    /// Wait this many seconds for another run to let go of the state
    #[arg(long, global = true, default_value_t = 0, value_name = "SECONDS")]
    pub lock_timeout: u64,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the user decided of how output looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether to colour; `None` where that is left to us.
    pub color: Option<bool>,
    /// Only ASCII characters.
    pub ascii: bool,
}

impl Global {
    /// What the user decided of how output looks.
    pub fn look(&self) -> Look {
        let color = match self.color {
            _ if self.no_color => Some(false),
            Color::Auto => None,
            Color::Always => Some(true),
            Color::Never => Some(false),
        };
        Look { color, ascii: self.ascii }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the configuration without asking any cloud
    Validate(ValidateArgs),
    /// Give configuration files the usual layout
    Fmt(FmtArgs),
    /// Read the clouds and show what would be done
    Plan(PlanArgs),
    /// Show a saved plan, or the state
    Show(ShowArgs),
    /// Show what changed between two saved plans
    Diff(DiffArgs),
    /// Plan every case of the `*.test.hcl` files against its recorded world; asks no cloud
    Test(TestArgs),
    /// Print the JSON Schema of what programs read
    Schema(SchemaArgs),
    /// Do what a plan says, after approval
    Apply(ApplyArgs),
    /// Destroy everything under management, after approval
    Destroy(DestroyArgs),
    /// Take what changed in the clouds into the state; changes nothing in the clouds
    Refresh(RefreshArgs),
    /// Take one object over into the state; changes nothing in the clouds
    Import(ImportArgs),
    /// Write configuration for all objects of the account that nobody manages
    Adopt(AdoptArgs),
    /// Look at the state, or drop an object from it
    #[command(subcommand)]
    State(StateCommand),
    /// Show the outputs in the state
    Output(OutputArgs),
    /// Show how servers are backed up; for one of them everything, with its jobs
    Status(TargetArgs),
    /// List the recovery points of servers, newest first
    Backups(TargetArgs),
    /// Back servers up at once, besides their daily run, after approval
    Backup(BackupArgs),
    /// Restore a server, a disk or files out of a recovery point, after approval
    Restore(RestoreArgs),
    /// Show what is protected, what of it is free, what is billed
    Quota(QuotaArgs),
    /// Show the servers of the account that nothing protects, or nobody manages
    Coverage(CoverageArgs),
    /// Check credentials, clock, endpoints, service and permissions; changes nothing
    Doctor(DoctorArgs),
    /// Print the least permissions that the configuration needs, as a policy of the cloud
    Permissions(PermissionsArgs),
    /// Try expressions: a prompt, or one expression a line on standard input
    Console,
    /// Draw which blocks need which others
    Graph(GraphArgs),
    /// The embedded imitation of the clouds
    #[command(subcommand)]
    Emulator(EmulatorCommand),
    /// Print the version
    Version,
}

/// `validate`
#[derive(Args, Debug)]
pub struct ValidateArgs {
    /// Terraform's diagnostic JSON
    #[arg(long)]
    pub json: bool,
}

/// `status` and `backups`
#[derive(Args, Debug)]
pub struct TargetArgs {
    /// Only these: addresses, or ids of servers [default: everything under management]
    #[arg(value_name = "ADDRESS|INSTANCE_ID")]
    pub targets: Vec<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Where a plan goes that is not applied at once.
#[derive(Args, Clone, Debug, Default)]
pub struct Deferred {
    /// Save the plan and apply nothing; `apply FILE` does it after approval
    #[arg(long, value_name = "FILE", conflicts_with_all = ["approve", "auto_approve", "confirm_destroy"])]
    pub out: Option<PathBuf>,
}

/// `backup`
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// These: addresses, or ids of servers
    #[arg(value_name = "ADDRESS|INSTANCE_ID", required = true)]
    pub targets: Vec<String>,
    /// What the recovery point is called, where the cloud lets it have a name [default: the cloud makes one]
    #[arg(long)]
    pub name: Option<String>,
    /// What people say of it
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// All of the data, and not only what has changed since the last backup
    #[arg(long)]
    pub full: bool,
    /// Instead of applying
    #[command(flatten)]
    pub deferred: Deferred,
    /// Consent
    #[command(flatten)]
    pub consent: Consent,
}

/// `restore`
#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// Whose data: an address, or the id of a server or disk
    #[arg(value_name = "ADDRESS|INSTANCE_ID")]
    pub target: String,
    /// Out of which recovery point: `latest`, its id, or the newest that was complete at a time
    #[arg(long, value_name = "latest|ID|TIME", default_value = "latest")]
    pub from: String,
    /// Only this file or directory; once for each [default: everything]
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub include: Vec<String>,
    /// To this server or disk of the same region [default: the one that the data is from]
    #[arg(long = "to-instance", value_name = "INSTANCE_ID")]
    pub to_instance: Option<String>,
    /// The disk FROM of a backed up server goes to the disk TO of the target; once for each [default: to itself]
    #[arg(long = "disk", value_name = "FROM=TO", action = ArgAction::Append, value_parser = disk_pair)]
    pub disks: Vec<(String, String)>,
    /// Leave the server shut down after its disks were restored
    #[arg(long = "no-power-on")]
    pub no_power_on: bool,
    /// Into this directory, which must exist there; for backups of files
    #[arg(long = "to-path", value_name = "DIR")]
    pub to_path: Option<String>,
    /// What happens to files that are there already; there is no default
    #[arg(long, value_enum, value_name = "POLICY")]
    pub conflict: Option<ConflictPolicy>,
    /// Instead of applying
    #[command(flatten)]
    pub deferred: Deferred,
    /// Consent
    #[command(flatten)]
    pub consent: Consent,
}

/// `FROM=TO`, two ids.
fn disk_pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(from, to)| !from.is_empty() && !to.is_empty());
    let (from, to) = pair.ok_or("two ids of disks with `=` between them are wanted: the one that was backed up, and the one that is overwritten")?;
    Ok((from.to_owned(), to.to_owned()))
}

/// What a restore does with files that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConflictPolicy {
    /// They stay as they are
    Skip,
    /// They are overwritten, which nothing undoes
    Overwrite,
}

/// `quota`
#[derive(Args, Debug)]
pub struct QuotaArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `coverage`
#[derive(Args, Debug)]
pub struct CoverageArgs {
    /// In this region; once for each [default: those of configuration and state]
    #[arg(long = "region", value_name = "REGION", action = ArgAction::Append)]
    pub regions: Vec<String>,
    /// Only servers with this tag; once for each
    #[arg(long = "tag", value_name = "KEY[=VALUE]", action = ArgAction::Append)]
    pub tags: Vec<String>,
    /// As JSON, covered servers too
    #[arg(long)]
    pub json: bool,
    /// Exit with 2 where a server is unprotected
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// `doctor`
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `permissions`
#[derive(Args, Debug)]
pub struct PermissionsArgs {
    /// Only what reading and planning need
    #[arg(long)]
    pub plan_only: bool,
    /// What this command needs too; once for each command
    #[arg(long = "with", value_enum, value_name = "COMMAND", action = ArgAction::Append)]
    pub commands: Vec<Extra>,
    /// On one line
    #[arg(long)]
    pub json: bool,
}

/// A command that needs permissions of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Extra {
    /// A backup at once
    Backup,
    /// The list of recovery points
    Backups,
    /// Which servers are covered
    Coverage,
    /// The free quota
    Quota,
    /// Restoring files
    Restore,
    /// How backups run
    Status,
}

/// `graph`
#[derive(Args, Debug)]
pub struct GraphArgs {
    /// What this saved plan does to blocks and servers, instead of the configuration
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// The language of the drawing
    #[arg(long, value_enum, default_value_t = GraphFormat::Dot)]
    pub format: GraphFormat,
}

/// What a drawing is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Graphviz, as `terraform graph` writes it
    Dot,
    /// A flow chart that code hosts draw
    Mermaid,
    /// An image for a browser
    Svg,
}

/// `fmt`
#[derive(Args, Debug)]
#[command(after_help = FMT_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own, as Terraform has them")]
pub struct FmtArgs {
    /// Write nothing; exit with 3 where a file is not in the usual layout
    #[arg(long)]
    pub check: bool,
    /// Show what changes
    #[arg(long)]
    pub diff: bool,
    /// The directories in a directory too
    #[arg(long)]
    pub recursive: bool,
    /// Name the files that change
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub list: bool,
    /// Write the files that change
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub write: bool,
    /// Files and directories, or `-` to read standard input and write standard output [default: the working directory]
    #[arg(value_name = "-|FILE|DIR")]
    pub targets: Vec<PathBuf>,
}

const FMT_HELP: &str = "\
Of a directory these files are taken: *.hcl, *.tf, *.tfvars; neither hidden ones nor *~. \
The layout is that of `terraform fmt`. A file that cannot be read as HCL stays as it is.

Exit codes: 0 done or nothing to do; 1 error; 3 --check found files that are not in the usual layout.";

/// How programs follow a run.
#[derive(Args, Clone, Debug, Default)]
pub struct StreamArgs {
    /// Say everything as JSON, one object a line, as Terraform does; nobody is asked anything
    #[arg(long, conflicts_with = "json_into")]
    pub json: bool,
    /// Write the same JSON into a file beside the text
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
}

/// `refresh`
#[derive(Args, Debug)]
pub struct RefreshArgs {
    /// For programs
    #[command(flatten)]
    pub stream: StreamArgs,
}

impl Command {
    /// How programs follow the command, where they can.
    pub fn stream(&self) -> Option<&StreamArgs> {
        match self {
            Self::Plan(args) => Some(&args.stream),
            Self::Apply(args) => Some(&args.stream),
            Self::Destroy(args) => Some(&args.stream),
            Self::Refresh(args) => Some(&args.stream),
            Self::Test(args) => Some(&args.stream),
            _ => None,
        }
    }
}

/// What a plan is about.
#[derive(Args, Clone, Debug, Default)]
pub struct Scope {
    /// Plan to replace this instance although nothing forces it
    #[arg(long, value_name = "ADDRESS", action = ArgAction::Append)]
    pub replace: Vec<String>,
}

/// `plan`
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// Save the plan
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Plan to destroy everything under management
    #[arg(long, conflicts_with = "refresh_only")]
    pub destroy: bool,
    /// Only compare the state with the clouds
    #[arg(long)]
    pub refresh_only: bool,
    /// Exit with 2 when the plan has changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// What the plan is about
    #[command(flatten)]
    pub scope: Scope,
    /// For programs
    #[command(flatten)]
    pub stream: StreamArgs,
    /// How much of the plan is shown
    #[arg(long, value_enum, default_value_t = ViewArg::Full, value_name = "VIEW")]
    pub view: ViewArg,
}

/// `show`
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// A saved plan [default: the state]
    pub file: Option<PathBuf>,
    /// Terraform's JSON, with ours under `x_backform`
    #[arg(long, conflicts_with_all = ["markdown", "html"])]
    pub json: bool,
    /// For a pull request: at most 65,536 bytes, losses are cut last
    #[arg(long, requires = "file", conflicts_with = "html")]
    pub markdown: bool,
    /// One page for a browser, which loads nothing
    #[arg(long, requires = "file")]
    pub html: bool,
    /// How much of a plan
    #[arg(long, value_enum, default_value_t = ViewArg::Full, value_name = "VIEW")]
    pub view: ViewArg,
}

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ViewArg {
    /// Dangers, counts by block, and every object that goes
    Summary,
    /// A line for each change, with what causes it
    Changes,
    /// Every attribute
    Full,
}

impl From<ViewArg> for View {
    fn from(view: ViewArg) -> Self {
        match view {
            ViewArg::Summary => Self::Summary,
            ViewArg::Changes => Self::Changes,
            ViewArg::Full => Self::Full,
        }
    }
}

/// `diff`
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// The saved plan that was reviewed
    pub reviewed: PathBuf,
    /// The saved plan that would be applied now
    pub current: PathBuf,
    /// Exit with 2 when they do not do the same
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// `test`
#[derive(Args, Debug)]
pub struct TestArgs {
    /// Store what the plans show now, and remove what belongs to no run
    #[arg(long)]
    pub update: bool,
    /// Only the runs of this file; once for each
    #[arg(long = "filter", value_name = "FILE", action = ArgAction::Append)]
    pub files: Vec<String>,
    /// Only runs whose name or file holds one of these texts
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// For programs
    #[command(flatten)]
    pub stream: StreamArgs,
}

/// `schema`
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum)]
    pub what: SchemaOf,
}

/// What a schema is published of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// What `show --json` has under `x_backform`
    Plan,
}

/// Consent on the command line.
#[derive(Args, Clone, Debug, Default)]
pub struct Consent {
    /// Approve exactly the plan with this digest, as `plan` prints it
    #[arg(long, value_name = "DIGEST", conflicts_with = "auto_approve")]
    pub approve: Option<String>,
    /// Confirm the loss of the object with this id; once for each object
    #[arg(long, value_name = "ID", action = ArgAction::Append)]
    pub confirm_destroy: Vec<String>,
    /// Approve what can be undone, and nothing else
    #[arg(long)]
    pub auto_approve: bool,
}

/// How far new protection must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stage {
    /// What is needed on the server is installed and works
    Ready,
    /// There is a recovery point
    BackedUp,
}

/// `apply`
#[derive(Args, Debug)]
pub struct ApplyArgs {
    /// A saved plan; without it, a plan is made and shown first
    pub file: Option<PathBuf>,
    /// Plan to destroy everything under management
    #[arg(long, conflicts_with_all = ["refresh_only", "file"])]
    pub destroy: bool,
    /// Only take what changed in the clouds into the state
    #[arg(long, conflicts_with = "file")]
    pub refresh_only: bool,
    /// Wait until new protection stands: until backups can begin, or until the first one is done
    #[arg(long, value_enum, value_name = "STAGE", num_args = 0..=1, require_equals = true, default_missing_value = "ready")]
    pub wait: Option<Stage>,
    /// Consent
    #[command(flatten)]
    pub consent: Consent,
    /// What the plan is about
    #[command(flatten)]
    pub scope: Scope,
    /// For programs
    #[command(flatten)]
    pub stream: StreamArgs,
}

/// `destroy`
#[derive(Args, Debug)]
pub struct DestroyArgs {
    /// Consent
    #[command(flatten)]
    pub consent: Consent,
    /// For programs
    #[command(flatten)]
    pub stream: StreamArgs,
}

/// `import`
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The address that takes it over; its block must be there
    #[arg(value_name = "ADDRESS")]
    pub address: String,
    /// The object's id in the cloud, or the id of the server that it protects
    #[arg(value_name = "ID")]
    pub id: String,
}

/// `adopt`
#[derive(Args, Debug)]
pub struct AdoptArgs {
    /// In this region; once for each [default: those of configuration and state]
    #[arg(long = "region", value_name = "REGION", action = ArgAction::Append)]
    pub regions: Vec<String>,
    /// Write to this file, which must not be there yet [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `state`
#[derive(Debug, Subcommand)]
pub enum StateCommand {
    /// The addresses of all objects under management
    List,
    /// One object as it is remembered
    Show {
        /// Its address
        address: String,
    },
    /// Forget an object; it stays in the cloud, and nobody manages it any more
    Rm {
        /// Its address
        #[arg(required = true)]
        addresses: Vec<String>,
    },
}

/// `output`
#[derive(Args, Debug)]
pub struct OutputArgs {
    /// Only this output
    pub name: Option<String>,
    /// As JSON, sensitive values in clear
    #[arg(long)]
    pub json: bool,
}

/// `emulator`
#[derive(Debug, Subcommand)]
pub enum EmulatorCommand {
    /// Serve a world on loopback until interrupted
    Serve(ServeArgs),
    /// Record what the configuration touches as a world, from which plans can be made without credentials
    Capture(CaptureArgs),
    /// What is faithful, simplified, absent
    List,
}

/// `emulator capture`
#[derive(Args, Debug)]
#[command(after_help = CAPTURE_HELP)]
pub struct CaptureArgs {
    /// Write to this file, which must not be there yet [default: standard output]
    #[arg(long, value_name = "WORLD.json")]
    pub out: Option<PathBuf>,
}

const CAPTURE_HELP: &str = "\
An object is recorded whose id or name stands in the configuration, in the state or in what data sources give; of \
Huawei Cloud also the vaults that protect such an object, with their policies, backups and all that they protect. \
Ids, names, tags, sizes and times stay as they are. Keys, users, IP addresses and contents of files are not recorded.";

/// `emulator serve`
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Where to listen; port 0 takes any
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    pub listen: std::net::SocketAddr,
    /// Where the world starts: a file or `fleet:N`
    #[arg(long, value_name = "WORLD")]
    pub world: Option<String>,
    /// Accept this key, with all permissions
    #[arg(long = "key", value_name = "ID:SECRET", action = ArgAction::Append)]
    pub keys: Vec<String>,
    /// The region of clients that call by address
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// How long each answer takes at least, in milliseconds
    #[arg(long, default_value_t = 0, value_name = "MS")]
    pub latency: u64,
    /// What goes wrong, such as `DescribeBackupPlans:throttle:times=2`
    #[arg(long = "fault", value_name = "FAULT", action = ArgAction::Append)]
    pub faults: Vec<String>,
}

/// Gives long flags that are spelled with one dash their second one.
///
/// Only names that some command really has are touched, and nothing behind `--`.
pub fn with_two_dashes(arguments: Vec<OsString>) -> Vec<OsString> {
    let known = long_flags(&Cli::command());
    let mut only_values = false;
    arguments
        .into_iter()
        .map(|argument| {
            only_values |= argument == *OsStr::new("--");
            let text = argument.to_str().filter(|_| !only_values);
            let long = text.and_then(|text| text.strip_prefix('-')).filter(|rest| {
                let name = rest.split('=').next().unwrap_or_default();
                !rest.starts_with('-') && name.len() > 1 && known.contains(name)
            });
            long.map_or(argument.clone(), |long| format!("--{long}").into())
        })
        .collect()
}

fn long_flags(command: &clap::Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_owned);
    let inner = command.get_subcommands().flat_map(long_flags);
    own.chain(inner).chain(["help".to_owned(), "version".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn terraforms_spelling_is_understood() {
        let check = |given: &[&str], expected: &[&str]| {
            let given = given.iter().map(OsString::from).collect();
            let expected: Vec<OsString> = expected.iter().map(OsString::from).collect();
            assert_eq!(with_two_dashes(given), expected);
        };
        check(&["plan", "-out=p"], &["plan", "--out=p"]);
        check(&["plan", "-var", "a=b"], &["plan", "--var", "a=b"]);
        check(&["-chdir=d", "plan"], &["--chdir=d", "plan"]);
        check(&["apply", "-auto-approve"], &["apply", "--auto-approve"]);
        check(&["-C", "d", "plan"], &["-C", "d", "plan"]);
        check(&["plan", "--out=p"], &["plan", "--out=p"]);
        check(&["show", "--", "-json"], &["show", "--", "-json"]);
    }
}
