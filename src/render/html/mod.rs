//! The plan as one page for a browser: what is lost, who is protected, and every change to search and filter.
//!
//! The page loads nothing, and its own policy forbids it to. Its script and its style are fixed texts that the policy
//! names by their hashes, so that nothing which a cloud or a file says could ever run. Without scripts all of it can be
//! read; only the filter is missing.

mod coverage;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::change::{at_stake, blocked, gate_words, sentence};
use super::dossier::Dossier;
use super::escape::visible;
use super::fold::{Fold, fold};
use super::symbols::symbol;
use super::theme::{Label, RenderOptions, Text};
use super::{drift, json_extra, refusal, summary, text, words};
use crate::model::plan::{Change, Coverage, Plan};
use crate::model::risk::{Risk, Tier};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// So many losses stand open by themselves; more of them would hide each other.
const OPEN_LIMIT: usize = 20;

/// The whole page.
pub fn plan(dossier: &Dossier<'_>) -> String {
    let Dossier { plan, digest, schemas, .. } = *dossier;
    let options = RenderOptions::default();
    let regions: BTreeSet<&str> = plan.effects().map(region).collect();
    let mut page = Page { html: String::new(), regions: regions.into_iter().zip(0..).collect() };
    page.head(plan);
    page.danger(plan);
    page.coverage(&plan.coverage);
    page.kept(plan);
    if !plan.quotas.is_empty() {
        let words = plain(&|text| summary::quotas(text, &plan.quotas, &options));
        let words: Vec<String> =
            words.split("\n\n").map(|one| format!("<p>{}</p>", html(&one.replace('\n', " ")))).collect();
        page.section("quotas", "Storage protected", &words.concat());
    }
    if !plan.drift.is_empty() {
        let title = format!("{} changed outside of backform", words::count(plan.drift.len(), "object"));
        page.section("drift", &title, &preformatted(&|text| drift::note(text, plan, schemas, &options)));
    }
    let folds = sorted(plan);
    page.changes(&folds, plan, dossier, &options);
    if !plan.outputs.is_empty() {
        page.section("outputs", "Outputs", &preformatted(&|text| summary::outputs(text, plan)));
    }
    page.add("</main>\n<footer>");
    page.add(&format!("<p class=\"digest\">Plan digest: <code>{}</code></p>", html(&digest.to_string())));
    page.add("<p class=\"muted\">An approval names this digest; the same effects have the same digest on any machine.</p>");
    page.add(&format!("</footer>\n<script>{SCRIPT}</script>\n</body>\n</html>"));
    page.html
}

/// What is worst comes first; within a tier the order of addresses stays.
fn sorted(plan: &Plan) -> Vec<Fold<'_>> {
    let mut folds = fold(plan.effects());
    folds.sort_by_key(|fold| std::cmp::Reverse((fold.first.tier(), !fold.first.blocks.is_empty())));
    folds
}

/// The page as far as it is written.
struct Page<'a> {
    html: String,
    /// The number of each region: a name could be anything, and the filter compares numbers.
    regions: BTreeMap<&'a str, usize>,
}

/// One of the boxes to tick in the filter.
struct Choice {
    value: String,
    words: String,
    /// How many changes it stands for.
    number: usize,
}

impl Page<'_> {
    fn add(&mut self, line: &str) {
        self.html.push_str(line);
        self.html.push('\n');
    }

    fn head(&mut self, plan: &Plan) {
        let title = match plan.tier() {
            Tier::Irreversible => "Plan with irreversible losses",
            Tier::Reduces => "Plan that reduces protection, or commits to something",
            Tier::Reversible => "Plan",
        };
        self.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        self.add(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy()));
        self.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        self.add("<meta name=\"referrer\" content=\"no-referrer\">");
        self.add(&format!("<title>backform: {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"));
        self.add("<a class=\"skip\" href=\"#changes\">Skip to the changes</a>");
        self.add(&format!("<header>\n<h1>{title}</h1>"));
        let is_nothing = plan.effects().next().is_none() && plan.preparations.is_empty();
        let counts =
            if is_nothing { "No changes.".to_owned() } else { plain(&|text| summary::counts(text, plan)) };
        for (number, line) in counts.lines().enumerate() {
            let class = if number == 0 { "counts" } else { "muted" };
            self.add(&format!("<p class=\"{class}\">{}</p>", html(line)));
        }
        self.add("</header>\n<main>");
    }

    fn danger(&mut self, plan: &Plan) {
        let of = |tier: Tier| plan.effects().filter(move |change| change.tier() == tier);
        let stakes = |change: &Change| -> Vec<String> {
            change.risks.iter().filter(|risk| risk.tier() > Tier::Reversible).flat_map(stake).collect()
        };
        let lost = of(Tier::Irreversible).map(|change| {
            let id = change.confirmation().filter(|_| change.blocks.is_empty());
            let allowed = id.map(|id| format!("to allow it: --confirm-destroy {}", refusal::shell(&id)));
            entry(change, stakes(change).into_iter().chain(allowed))
        });
        self.list("risky", "irreversible", "Irreversible", lost.collect());
        let steps = plan.preparations.iter().filter(|step| step.risk.tier() > Tier::Reversible).map(|step| {
            let name = html(&step.provider.to_string());
            let (title, consequence) = (html(&step.title), html(&step.consequence));
            format!("<li>provider <code>{name}</code> will {title}<ul><li>{consequence}</li></ul></li>")
        });
        let reduced = of(Tier::Reduces).map(|change| entry(change, stakes(change).into_iter()));
        self.list("warn", "reduces", "Reduces protection or commits", steps.chain(reduced).collect());
        let accepted = plan.effects().filter(|change| !change.acknowledged.is_empty());
        let accepted = accepted.map(|change| entry(change, change.acknowledged.iter().map(gate_words)));
        let title = "Against a vendor's rule, as the configuration acknowledges";
        self.list("warn", "acknowledged", title, accepted.collect());
        let stopped = plan.blocked().map(|change| {
            entry(
                change,
                change
                    .blocks
                    .iter()
                    .flat_map(|block| blocked(change, block))
                    .map(|words| format!("by {words}")),
            )
        });
        self.list("risky", "blocked", "Blocked, so apply refuses the whole plan", stopped.collect());
    }

    fn list(&mut self, class: &str, id: &str, title: &str, entries: Vec<String>) {
        if entries.is_empty() {
            return;
        }
        self.add(&format!("<section class=\"box {class}\" aria-labelledby=\"{id}\">"));
        self.add(&format!("<h2 id=\"{id}\" class=\"{class}\">{title} ({})</h2>\n<ul>", entries.len()));
        for entry in entries {
            self.add(&entry);
        }
        self.add("</ul>\n</section>");
    }

    fn coverage(&mut self, coverage: &Coverage) {
        let picture = coverage::picture(coverage);
        if picture.is_empty() {
            return;
        }
        self.add("<section aria-labelledby=\"coverage\">\n<h2 id=\"coverage\">Servers protected</h2>");
        self.add(&picture);
        let Coverage { before, after, lost, gained } = coverage;
        self.add(&format!("<p>{before} now, {after} after apply.</p>"));
        self.names("server", if lost.len() == 1 { "loses protection" } else { "lose protection" }, lost);
        self.names("server", if gained.len() == 1 { "gains protection" } else { "gain protection" }, gained);
        self.add("</section>");
    }

    fn kept(&mut self, plan: &Plan) {
        let names: Vec<String> = plan.kept().map(|change| change.address.to_string()).collect();
        if names.is_empty() {
            return;
        }
        self.add("<section aria-labelledby=\"kept\">\n<h2 id=\"kept\">Kept without a block</h2>");
        self.add(&format!("<p>{}</p>", html(summary::KEPT_UNTIL)));
        self.names("object", "no block asks for", &names);
        self.add("</section>");
    }

    fn names(&mut self, what: &str, words: &str, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let shown: Vec<String> = names.iter().map(|name| format!("<code>{}</code>", html(name))).collect();
        let open = if names.len() <= OPEN_LIMIT { " open" } else { "" };
        self.add(&format!(
            "<details{open}><summary>{} {words}</summary><p>{}</p></details>",
            words::count(names.len(), what),
            shown.join(", ")
        ));
    }

    fn section(&mut self, id: &str, title: &str, body: &str) {
        self.add(&format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>"));
        self.add(&format!("{body}</section>"));
    }

    fn changes(&mut self, folds: &[Fold<'_>], plan: &Plan, dossier: &Dossier<'_>, options: &RenderOptions) {
        if folds.is_empty() {
            return;
        }
        self.add("<section aria-labelledby=\"changes\">\n<h2 id=\"changes\" tabindex=\"-1\">Changes</h2>");
        self.filter(plan);
        self.add("<ul class=\"changes\">");
        let losses = folds.iter().filter(|fold| fold.first.tier() == Tier::Irreversible).count();
        for fold in folds {
            let is_open = losses <= OPEN_LIMIT && fold.first.tier() == Tier::Irreversible;
            self.change(fold, is_open, &|text| text::changes(text, fold, dossier.schemas, options));
        }
        self.add("</ul>\n</section>");
    }

    fn filter(&mut self, plan: &Plan) {
        self.add("<noscript><p class=\"muted\">All changes are below; searching and filtering need scripts.</p></noscript>");
        self.add("<form id=\"filter\" role=\"search\" aria-label=\"Changes\" hidden>\n<div class=\"row\">");
        self.add("<label class=\"search\">Search <input type=\"search\" name=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>");
        self.add("<button type=\"button\" id=\"open\">Open all shown</button>");
        self.add("<button type=\"button\" id=\"close\">Close all</button>");
        self.add("<button type=\"reset\">Show everything</button>\n</div>");
        let tiers = [Tier::Irreversible, Tier::Reduces, Tier::Reversible];
        let tiers = tiers.map(|tier| {
            let number = plan.effects().filter(|change| change.tier() == tier).count();
            Choice { value: tier.number().to_string(), words: tier_words(tier).to_owned(), number }
        });
        self.choices("Risk", "tier", &tiers);
        let mut actions: BTreeMap<&str, usize> = BTreeMap::new();
        let mut regions: BTreeMap<&str, usize> = BTreeMap::new();
        for change in plan.effects() {
            *actions.entry(action(change)).or_insert(0) += 1;
            *regions.entry(region(change)).or_insert(0) += 1;
        }
        let choice = |(action, number): (&str, usize)| Choice {
            value: action.to_owned(),
            words: action.to_owned(),
            number,
        };
        self.choices("Action", "action", &actions.into_iter().map(choice).collect::<Vec<_>>());
        let choice = |(region, number): (&str, usize)| Choice {
            value: self.regions[region].to_string(),
            words: if region.is_empty() { "no region".to_owned() } else { region.to_owned() },
            number,
        };
        let regions: Vec<Choice> = regions.into_iter().map(choice).collect();
        self.choices("Region", "region", &regions);
        self.add("<p id=\"shown\" role=\"status\"></p>\n</form>");
    }

    fn choices(&mut self, title: &str, name: &str, choices: &[Choice]) {
        let there: Vec<&Choice> = choices.iter().filter(|choice| choice.number > 0).collect();
        if there.len() < 2 {
            // Nothing can be chosen, and the script takes what is not there for chosen.
            return;
        }
        self.add(&format!("<fieldset><legend>{title}</legend><div class=\"choices\">"));
        for Choice { value, words, number } in there {
            self.add(&format!(
                "<label><input type=\"checkbox\" name=\"{name}\" value=\"{}\" checked> {} ({number})</label>",
                html(value),
                html(words)
            ));
        }
        self.add("</div></fieldset>");
    }

    fn change(&mut self, fold: &Fold<'_>, is_open: bool, write: &dyn Fn(&mut Text)) {
        let first = fold.first;
        let number = fold.others.len() + 1;
        let all = std::iter::once(first).chain(fold.others.iter().map(|folded| folded.change));
        let regions: BTreeSet<usize> = all.map(|change| self.regions[region(change)]).collect();
        let regions = regions.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        let tier = first.tier().number();
        self.add(&format!(
            "<li class=\"tier{tier}\" data-tier=\"{tier}\" data-action=\"{}\" data-regions=\"{}\" data-count=\"{number}\">",
            html(action(first)),
            regions
        ));
        let symbol = symbol(first.action);
        let more = match fold.others.len() {
            0 => String::new(),
            more => format!(" <span class=\"muted\">and {more} more the same way</span>"),
        };
        self.add(&format!(
            "<details{}><summary><span class=\"sign {}\" aria-hidden=\"true\">{}</span> <code class=\"bold\">{}</code> {}{more}{}</summary>",
            if is_open { " open" } else { "" },
            class(symbol.label),
            html(symbol.sign),
            html(&first.address.to_string()),
            html(sentence(first)),
            badges(first)
        ));
        self.add(&format!("{}</details></li>", preformatted(write)));
    }
}

/// The policy under which the page runs: nothing is loaded, and only its own script and style count.
fn policy() -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn stake(risk: &Risk) -> impl Iterator<Item = String> {
    let at_stake = at_stake(risk).map(|words| format!("at stake: {words}"));
    std::iter::once(format!("this {}", risk.effect)).chain(at_stake)
}

fn entry(change: &Change, lines: impl Iterator<Item = String>) -> String {
    let first = format!(
        "<li><code class=\"bold\">{}</code> {}",
        html(&change.address.to_string()),
        html(sentence(change))
    );
    let lines: Vec<String> = lines.map(|line| format!("<li>{}</li>", html(&line))).collect();
    if lines.is_empty() { first + "</li>" } else { format!("{first}<ul>{}</ul></li>", lines.concat()) }
}

fn badges(change: &Change) -> String {
    let mut shown = String::new();
    for risk in change.risks.iter().filter(|risk| risk.tier() > Tier::Reversible) {
        let class = if risk.tier() == Tier::Irreversible { "risky" } else { "warn" };
        shown.extend([" <span class=\"badge ", class, "\">", risk.kind.as_str(), "</span>"]);
    }
    if !change.blocks.is_empty() {
        shown.push_str(" <span class=\"badge risky\">BLOCKED</span>");
    }
    shown
}

fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Irreversible => "irreversible loss",
        Tier::Reduces => "reduces or commits",
        Tier::Reversible => "reversible",
    }
}

/// Our word for the action; both orders of a replacement are one choice.
fn action(change: &Change) -> &'static str {
    match json_extra::action(change) {
        "replace-create-first" | "replace-destroy-first" => "replace",
        other => other,
    }
}

fn region(change: &Change) -> &str {
    change.scope.as_ref().map_or("", |scope| &scope.region)
}

/// What a piece of text is without colours and without empty lines around it.
fn plain(write: &dyn Fn(&mut Text)) -> String {
    let mut text = Text::default();
    write(&mut text);
    text.finish(&RenderOptions::default()).trim_matches('\n').to_owned()
}

/// A piece of text as it stands in a terminal, its labels as classes.
fn preformatted(write: &dyn Fn(&mut Text)) -> String {
    let mut text = Text::default();
    write(&mut text);
    let mut shown = String::from("<pre>");
    let runs: Vec<(Label, &str)> = text.runs().collect();
    let start = runs.iter().position(|(_, run)| !run.trim_matches('\n').is_empty()).unwrap_or(0);
    for (label, run) in &runs[start..] {
        match class(*label) {
            "" => shown.push_str(&raw(run)),
            class => shown.extend(["<span class=\"", class, "\">", &raw(run), "</span>"]),
        }
    }
    while shown.ends_with('\n') {
        shown.pop();
    }
    shown + "</pre>\n"
}

fn class(label: Label) -> &'static str {
    match label {
        Label::Added => "added",
        Label::Bold => "bold",
        Label::Changed => "changed",
        Label::Info => "info",
        Label::Muted => "muted",
        Label::Plain => "",
        Label::Removed => "removed",
        Label::Risky => "risky",
    }
}

/// A text inside of an element or an attribute, with everything in it visible.
fn html(text: &str) -> String {
    raw(&visible(text))
}

/// The same of what is visible already.
fn raw(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::*;

    fn shown(given: &Plan) -> String {
        of_dossier(given, plan)
    }

    fn sample() -> Plan {
        let mut changes: Vec<Change> =
            (0..30).map(|i| create(keyed("fleet", &format!("{i:02}")), &format!("i-{i}"))).collect();
        changes.push(destroy(keyed("gone", "</script><script>alert(1)</script>"), "i-gone"));
        let coverage = Coverage { before: 1, after: 30, lost: vec!["i-gone".to_owned()], gained: Vec::new() };
        Plan { coverage, preparations: vec![preparation()], ..of(changes) }
    }

    #[test]
    fn what_is_lost_stands_before_everything_else() {
        let page = shown(&sample());
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
        assert!(place("Irreversible (1)") < place("Servers protected"));
        assert!(place("alicloud_ecs_file_backup.gone") < place("alicloud_ecs_file_backup.fleet"));
        assert!(page.contains("and 29 more the same way"));
    }

    #[test]
    fn nothing_is_loaded_and_nothing_foreign_can_run() {
        let page = shown(&sample());
        for forbidden in
            ["http:", "https:", "src=", "url(http", "@import", "onclick", "javascript:", " style="]
        {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("</script").count(), 1);
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn every_element_that_is_opened_is_closed() {
        let page = shown(&sample());
        for element in
            ["section", "ul", "li", "details", "summary", "pre", "fieldset", "form", "code", "main"]
        {
            let opened =
                page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
            assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
        }
    }

    #[test]
    fn a_plan_without_changes_is_a_page_too() {
        let page = shown(&Plan::default());
        assert!(page.contains("No changes.") && page.ends_with("</html>\n"), "{page}");
    }
}
