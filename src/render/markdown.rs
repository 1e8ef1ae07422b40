//! The plan for a pull request: the counts, what is lost, who is protected, and every change folded away below.
//!
//! It fits a comment. What does not is cut from the harmless end, losses last, and the text says what was cut. What a
//! cloud or a file says stands in code spans and code blocks only, where no host makes links, mentions, images or HTML
//! of it.

use super::change::{at_stake, blocked, gate_words, sentence};
use super::dossier::Dossier;
use super::escape::visible;
use super::fold::{Fold, fold};
use super::theme::{RenderOptions, Text};
use super::{drift, refusal, summary, text, words};
use crate::model::live::Preparation;
use crate::model::plan::{Change, Plan};
use crate::model::risk::{Risk, Tier};

/// What code hosts take in one comment.
///
/// Source: GitHub answers "body is too long (maximum is 65536 characters)"; counted in bytes it holds for any text.
const LIMIT: usize = 65_536;

/// Kept free for the words that say what was cut.
const RESERVE: usize = 512;

/// The details of one change, or of changes that are shown together, are not longer than this.
const DETAIL_LIMIT: usize = 6_000;

/// One part of the page, cut whole.
struct Chunk {
    /// Higher ranks are cut first.
    rank: Rank,
    body: String,
}

/// What is cut last comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Counts, and the words between the parts.
    Frame,
    /// What no later apply brings back.
    Loss,
    /// What reduces protection, commits to something, or is in the way.
    Risk,
    /// Who is protected.
    Coverage,
    /// Details of losses.
    LossDetail,
    /// Details of what reduces protection.
    RiskDetail,
    /// Details of everything else.
    Detail,
}

/// The whole plan as Markdown, at most 65,536 bytes of it.
pub fn plan(dossier: &Dossier<'_>) -> String {
    fitted(chunks(dossier), LIMIT)
}

fn chunks(dossier: &Dossier<'_>) -> Vec<Chunk> {
    let Dossier { plan, digest, schemas, .. } = *dossier;
    let options = RenderOptions::default();
    let mut chunks = vec![frame(headline(plan))];
    danger(&mut chunks, plan);
    let coverage = plain(&|text| {
        summary::coverage(text, &plan.coverage, &options);
        summary::kept(text, plan, &options);
        summary::quotas(text, &plan.quotas, &options);
    });
    if !coverage.is_empty() {
        chunks.push(Chunk { rank: Rank::Coverage, body: format!("\n{}", fenced("", &coverage)) });
    }
    if !plan.drift.is_empty() {
        let body = plain(&|text| drift::note(text, plan, schemas, &options));
        let title = format!("{} changed outside of backform", words::count(plan.drift.len(), "object"));
        chunks.push(Chunk { rank: Rank::Detail, body: details(&title, &body) });
    }
    let mut folds = fold(plan.effects());
    folds.sort_by_key(|fold| std::cmp::Reverse(fold.first.tier()));
    for fold in &folds {
        let body = plain(&|text| text::changes(text, fold, schemas, &options));
        chunks.push(Chunk { rank: detail_rank(fold.first), body: details(&title_of(fold), &body) });
    }
    if !plan.outputs.is_empty() {
        let body = plain(&|text| summary::outputs(text, plan));
        let title = words::count(plan.outputs.len(), "output") + " changed";
        chunks.push(Chunk { rank: Rank::Detail, body: details(&title, &body) });
    }
    if !plan.is_empty() || plan.is_applyable() {
        chunks.push(frame(format!("\nPlan digest: {}\n", code(&digest.to_string()))));
    }
    chunks
}

fn frame(body: String) -> Chunk {
    Chunk { rank: Rank::Frame, body }
}

/// What a piece of text is without colours and without empty lines around it.
fn plain(write: &dyn Fn(&mut Text)) -> String {
    let mut text = Text::default();
    write(&mut text);
    text.finish(&RenderOptions::default()).trim_matches('\n').to_owned()
}

/// The counts, in the very words of the text: programs look for them.
fn headline(plan: &Plan) -> String {
    let title = match plan.tier() {
        Tier::Irreversible => "backform plan: irreversible losses",
        Tier::Reduces => "backform plan: reduces protection, or commits to something",
        Tier::Reversible => "backform plan",
    };
    let is_nothing = plan.effects().next().is_none() && plan.preparations.is_empty();
    let counts = if is_nothing {
        let and_outputs = if plan.outputs.is_empty() { "" } else { " Only outputs change." };
        format!("No changes.{and_outputs}")
    } else {
        plain(&|text| summary::counts(text, plan)).replace("\n! ", "\n").replace('\n', "\\\n")
    };
    format!("## {title}\n\n{counts}\n")
}

/// Losses, commitments, acknowledged rules and blocked changes, worst first.
fn danger(chunks: &mut Vec<Chunk>, plan: &Plan) {
    let of = |tier: Tier| plan.effects().filter(move |change| change.tier() == tier);
    let lost: Vec<String> = of(Tier::Irreversible).map(loss).collect();
    section(chunks, Rank::Loss, "CAUTION", "Irreversible", lost);
    let steps = plan.preparations.iter().filter(|step| step.risk.tier() > Tier::Reversible).map(step);
    let reduced: Vec<String> = steps.chain(of(Tier::Reduces).map(reduction)).collect();
    section(chunks, Rank::Risk, "WARNING", "Reduces protection or commits", reduced);
    let accepted = plan.effects().filter(|change| !change.acknowledged.is_empty());
    let accepted: Vec<String> =
        accepted.map(|change| entry(change, change.acknowledged.iter().map(gate_words))).collect();
    section(
        chunks,
        Rank::Risk,
        "WARNING",
        "Against a vendor's rule, as the configuration acknowledges",
        accepted,
    );
    let stopped: Vec<String> = plan
        .blocked()
        .map(|change| {
            entry(
                change,
                change
                    .blocks
                    .iter()
                    .flat_map(|block| blocked(change, block))
                    .map(|words| format!("by {words}")),
            )
        })
        .collect();
    section(chunks, Rank::Risk, "IMPORTANT", "Blocked, so apply refuses the whole plan", stopped);
}

/// A box with one line for each entry.
fn section(chunks: &mut Vec<Chunk>, rank: Rank, kind: &str, title: &str, entries: Vec<String>) {
    if entries.is_empty() {
        return;
    }
    chunks.push(frame(format!("\n> [!{kind}]\n> **{title} ({})**\n>\n", entries.len())));
    chunks.extend(entries.into_iter().map(|body| Chunk { rank, body }));
}

fn loss(change: &Change) -> String {
    let risks = change.risks.iter().filter(|risk| risk.tier() > Tier::Reversible);
    let allowed = change.confirmation().filter(|_| change.blocks.is_empty());
    let allowed = allowed.map(|id| format!("to allow it: --confirm-destroy {}", refusal::shell(&id)));
    entry(change, risks.flat_map(stakes).chain(allowed))
}

fn reduction(change: &Change) -> String {
    entry(change, change.risks.iter().filter(|risk| risk.tier() > Tier::Reversible).flat_map(stakes))
}

fn step(step: &Preparation) -> String {
    let provider = step.provider.to_string();
    format!(
        "> - provider {} will {}\n>   - {}\n",
        code(&provider),
        prose(&step.title),
        prose(&step.consequence)
    )
}

fn stakes(risk: &Risk) -> impl Iterator<Item = String> {
    let at_stake = at_stake(risk).map(|words| format!("at stake: {words}"));
    std::iter::once(format!("this {}", risk.effect)).chain(at_stake)
}

fn entry(change: &Change, lines: impl Iterator<Item = String>) -> String {
    let first = format!("> - {} {}\n", code(&change.address.to_string()), prose(sentence(change)));
    lines.fold(first, |all, line| all + &format!(">   - {}\n", prose(&line)))
}

fn detail_rank(change: &Change) -> Rank {
    match change.tier() {
        Tier::Irreversible => Rank::LossDetail,
        Tier::Reduces => Rank::RiskDetail,
        Tier::Reversible => Rank::Detail,
    }
}

fn title_of(fold: &Fold<'_>) -> String {
    let first =
        format!("<code>{}</code> {}", html(&fold.first.address.to_string()), html(sentence(fold.first)));
    match fold.others.len() {
        0 => first,
        more => format!("{first}, and {more} more the same way"),
    }
}

/// A part that is folded away; the title is HTML already.
fn details(title: &str, body: &str) -> String {
    let (kept, cut) = shortened(body);
    let note = match cut {
        0 => String::new(),
        lines => format!("\n({} more)\n", words::count(lines, "line")),
    };
    format!(
        "\n<details><summary>{title}</summary>\n\n{}{note}\n</details>\n",
        fenced("diff", &signs_first(kept))
    )
}

/// As many whole lines as fit, and how many do not.
fn shortened(body: &str) -> (&str, usize) {
    if body.len() <= DETAIL_LIMIT {
        return (body, 0);
    }
    let mut limit = DETAIL_LIMIT;
    while !body.is_char_boundary(limit) {
        limit -= 1;
    }
    let end = body[..limit].rfind('\n').unwrap_or(0);
    (&body[..end], body[end..].lines().filter(|line| !line.is_empty()).count())
}

/// The same lines with `+` and `-` in the first column, where a `diff` block colours them; the `!` of a loss stands there
/// already, and everything else stays as it is.
fn signs_first(body: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches(' ');
        let margin = line.len() - rest.len();
        match rest.split_once(' ') {
            Some((sign @ ("+" | "-"), rest)) if margin > 0 => {
                format!("{sign}{}{rest}\n", " ".repeat(margin + 1))
            }
            _ => format!("{line}\n"),
        }
    };
    body.lines().map(line).collect()
}

/// A code block whose fence is longer than any in the text.
fn fenced(language: &str, body: &str) -> String {
    let fence = "`".repeat(longest_run(body).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", body.trim_end_matches('\n'))
}

/// A text as code on one line.
fn code(text: &str) -> String {
    let shown = visible(text);
    let fence = "`".repeat(longest_run(&shown) + 1);
    let needs_room = shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) || shown.is_empty();
    let room = if needs_room { " " } else { "" };
    format!("{fence}{room}{shown}{room}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A sentence as it stands where it cannot mean anything to a code host, and as code otherwise.
fn prose(text: &str) -> String {
    let shown = visible(text);
    let starts_well = shown.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_harmless = shown.chars().all(|c| c.is_ascii_alphanumeric() || " ,.;'-/:\"".contains(c))
        && !shown.contains("www.")
        && !shown.contains("//");
    // `:word:` is an emoji.
    let has_emoji = shown.split(':').skip(1).any(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
    if starts_well && is_harmless && !has_emoji { shown.into_owned() } else { code(text) }
}

/// A text inside of HTML.
fn html(text: &str) -> String {
    let mut shown = String::new();
    for character in visible(text).chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '@' | '#' | ':' | '/' | '`' => {
                shown.extend(["&#", &u32::from(character).to_string(), ";"]);
            }
            other => shown.push(other),
        }
    }
    shown
}

/// Leaves out the least important parts until the rest fits, and says so at the end.
fn fitted(chunks: Vec<Chunk>, limit: usize) -> String {
    let total: usize = chunks.iter().map(|chunk| chunk.body.len()).sum();
    if total <= limit {
        return chunks.into_iter().map(|chunk| chunk.body).collect();
    }
    let mut order: Vec<usize> = (0..chunks.len()).collect();
    order.sort_by_key(|index| (chunks[*index].rank, *index));
    let mut left = limit.saturating_sub(RESERVE);
    let kept = order.iter().take_while(|index| {
        let fits = chunks[**index].body.len() <= left;
        left = left.saturating_sub(chunks[**index].body.len());
        fits
    });
    let kept: std::collections::BTreeSet<usize> = kept.copied().collect();
    let cut: Vec<Rank> =
        (0..chunks.len()).filter(|index| !kept.contains(index)).map(|index| chunks[index].rank).collect();
    let shown: String = kept.iter().map(|index| chunks[*index].body.as_str()).collect();
    shown + &cut_words(&cut)
}

fn cut_words(cut: &[Rank]) -> String {
    let count = |wanted: Rank| cut.iter().filter(|rank| **rank == wanted).count();
    let details = count(Rank::RiskDetail) + count(Rank::Detail);
    let counted = [
        (count(Rank::Loss), "irreversible loss", "irreversible losses"),
        (count(Rank::Risk), "risk", "risks"),
        (count(Rank::Coverage), "the list of servers", "the lists of servers"),
        (count(Rank::LossDetail), "the details of a loss", "the details of losses"),
        (details, "part with details", "parts with details"),
    ];
    let said: Vec<String> = counted
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }))
        .collect();
    format!(
        "\n**Cut to fit into a comment:** {}. Run backform show on the saved plan to read all of it before anybody approves.\n",
        said.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::*;
    use super::*;

    fn shown(given: &Plan) -> String {
        of_dossier(given, plan)
    }

    #[test]
    fn losses_come_first_and_details_are_folded_away() {
        let given = of(vec![create(named("a"), "i-a"), destroy(named("b"), "i-b"), pause(named("c"), "i-c")]);
        assert_snapshot!(shown(&given), @r#"
        ## backform plan: irreversible losses

        Plan: 1 to add, 0 to change, 1 to destroy.\
        Besides: 1 to pause.

        > [!CAUTION]
        > **Irreversible (1)**
        >
        > - `alicloud_ecs_file_backup.b` will be destroyed
        >   - this permanently deletes all backups of the server
        >   - at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest 2026-10-22 02:11 UTC, 212 GiB; no other copy
        >   - to allow it: --confirm-destroy plan-i-b

        > [!WARNING]
        > **Reduces protection or commits (1)**
        >
        > - `alicloud_ecs_file_backup.c` will be paused
        >   - this stops the daily backups of the server

        <details><summary><code>alicloud_ecs_file_backup.b</code> will be destroyed</summary>

        ```diff
          # alicloud_ecs_file_backup.b will be destroyed
          # (because of the removed block at main.hcl:30)
        ! # IRREVERSIBLE: this permanently deletes all backups of the server
        ! # at stake: 30 recovery points, newest 2026-11-20 02:14 UTC, oldest
        ! # 2026-10-22 02:11 UTC, 212 GiB; no other copy
        ! - resource "alicloud_ecs_file_backup" "b" {
        !     - instance_id          = "i-b" -> null
        !     - keep_latest_snapshot = true -> null
        !     - paused               = false -> null
        !     - plan_id              = "plan-i-b" -> null
        !     - priority             = "L0" -> null
        !   }
        ```

        </details>

        <details><summary><code>alicloud_ecs_file_backup.c</code> will be paused</summary>

        ```diff
          # alicloud_ecs_file_backup.c will be paused
          # (because alicloud_ecs_file_backup.c is not in configuration)
          # (paused and not destroyed: its backups stay, as on_removal says)
        ! # RISK: this stops the daily backups of the server
         || resource "alicloud_ecs_file_backup" "c" {
                instance_id          = "i-c"
        !     ~ paused               = false -> true
                plan_id              = "plan-i-c"
                # (2 unchanged attributes hidden)
            }
        ```

        </details>

        <details><summary><code>alicloud_ecs_file_backup.a</code> will be created</summary>

        ```diff
          # alicloud_ecs_file_backup.a will be created
        +   resource "alicloud_ecs_file_backup" "a" {
        +       instance_id          = "i-a"
        +       keep_latest_snapshot = true
        +       paused               = false
        +       plan_id              = (known after apply)
        +       priority             = "L0"
            }
        ```

        </details>

        Plan digest: `9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`
        "#);
    }

    #[test]
    fn nothing_to_do_is_said_in_two_words() {
        assert_snapshot!(shown(&Plan::default()), @r#"
        ## backform plan

        No changes.
        "#);
    }

    #[test]
    fn code_ends_where_it_should() {
        let check = |text: &str, expected: &str| assert_eq!(code(text), expected);
        check("a.b", "`a.b`");
        check("a`b", "``a`b``");
        check("`", "`` ` ``");
        check("a\n# b", r"`a\n# b`");
    }

    #[test]
    fn words_that_a_code_host_would_understand_are_code() {
        let check = |text: &str, is_code: bool| assert_eq!(prose(text).starts_with('`'), is_code, "{text}");
        check("this permanently deletes all backups of the server", false);
        check("at stake: 30 recovery points, newest 2026-11-20 02:14 UTC", false);
        check("see https://example.com", true);
        check("see www.example.com", true);
        check("thanks to @everyone", true);
        check("fixes #12", true);
        check("well done :tada:", true);
        check("# a title", true);
        check("1. a list", true);
        check("<img src=x>", true);
        check("*loud*", true);
    }

    #[test]
    fn signs_stand_where_a_diff_has_them() {
        let check = |line: &str, expected: &str| assert_eq!(signs_first(line), format!("{expected}\n"));
        check("  + resource \"a\" \"b\" {", "+   resource \"a\" \"b\" {");
        check("      - id = 1 -> null", "-       id = 1 -> null");
        check("      ~ priority = 1 -> 2", "      ~ priority = 1 -> 2");
        check("!     - id = 1 -> null", "!     - id = 1 -> null");
        check("-/+ resource \"a\" \"b\" {", "-/+ resource \"a\" \"b\" {");
        check("        # (1 unchanged attribute hidden)", "        # (1 unchanged attribute hidden)");
    }

    #[test]
    fn losses_are_cut_last_and_what_was_cut_is_said() {
        let many = |count: usize, make: fn(usize) -> Change| of((0..count).map(make).collect());
        let creates = many(3_000, |i| create(keyed(&format!("fleet{i}"), "k"), &format!("i-{i}")));
        let mut changes = creates.changes;
        changes.extend((0..100).map(|i| destroy(keyed("gone", &format!("{i:03}")), &format!("i-gone-{i}"))));
        let text = shown(&of(changes));
        assert!(text.len() <= LIMIT, "{}", text.len());
        assert!(text.contains("Plan: 3000 to add, 0 to change, 100 to destroy."));
        assert!(text.contains("--confirm-destroy plan-i-gone-99"));
        assert!(text.contains("**Cut to fit into a comment:**"));
        assert!(!text.contains("irreversible losses."), "none of them was cut");
        let worse = shown(&many(5_000, |i| destroy(keyed("gone", &format!("{i:04}")), &format!("i-{i}"))));
        assert!(worse.len() <= LIMIT && worse.contains("irreversible losses"), "{}", worse.len());
    }
}
