//! `backform doctor`: what was looked at in each place, and what came of it.

use serde::Serialize;

use super::table::{Cell, table};
use crate::model::desired::Scope;
use crate::model::report::{Finding, Outcome};
use crate::render::RenderOptions;
use crate::render::theme::{Label, Text};
use crate::render::words;

/// What was found in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The provider configuration and the region.
    pub scope: Scope,
    /// What was found, in the order in which it was looked for.
    pub findings: Vec<Finding>,
}

impl Place {
    /// How many findings are bad.
    pub fn wrong(&self) -> usize {
        self.findings.iter().filter(|finding| matches!(finding.outcome, Outcome::Wrong(_))).count()
    }
}

/// For people.
pub fn text(places: &[Place], options: &RenderOptions) -> String {
    let mut text = Text::default();
    for place in places {
        let Scope { provider, region } = &place.scope;
        text.line(Label::Bold, &format!("{provider} in {region}"));
        let rows: Vec<Vec<Cell>> = place.findings.iter().map(row).collect();
        table(&mut text, "  ", &[], &rows);
        text.newline();
    }
    match places.iter().map(Place::wrong).sum() {
        0 => text.line(Label::Added, "Nothing is wrong."),
        wrong => {
            let verb = if wrong == 1 { "is" } else { "are" };
            text.line(Label::Risky, &format!("{} {verb} wrong.", words::count(wrong, "thing")));
        }
    }
    text.finish(options)
}

fn row(finding: &Finding) -> Vec<Cell> {
    let (word, detail) = told(&finding.outcome);
    let label = match finding.outcome {
        Outcome::Fine(_) => Label::Added,
        Outcome::Doubtful(_) => Label::Changed,
        Outcome::Wrong(_) => Label::Risky,
        Outcome::Unknown(_) => Label::Muted,
    };
    vec![Cell::new(label, word), Cell::plain(&finding.subject), Cell::plain(detail)]
}

/// The word for an outcome, and what there is to say about it.
fn told(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Fine(detail) => ("fine", detail),
        Outcome::Doubtful(detail) => ("doubtful", detail),
        Outcome::Wrong(detail) => ("wrong", detail),
        Outcome::Unknown(detail) => ("unknown", detail),
    }
}

/// For programs.
pub fn json(places: &[Place]) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        wrong: usize,
        places: Vec<PlaceJson<'a>>,
    }
    #[derive(Serialize)]
    struct PlaceJson<'a> {
        provider: String,
        region: &'a str,
        findings: Vec<FindingJson<'a>>,
    }
    #[derive(Serialize)]
    struct FindingJson<'a> {
        subject: &'a str,
        outcome: &'static str,
        detail: &'a str,
    }
    let places_json = places.iter().map(|place| PlaceJson {
        provider: place.scope.provider.to_string(),
        region: &place.scope.region,
        findings: place
            .findings
            .iter()
            .map(|finding| {
                let (outcome, detail) = told(&finding.outcome);
                FindingJson { subject: &finding.subject, outcome, detail }
            })
            .collect(),
    });
    super::json(&Body { wrong: places.iter().map(Place::wrong).sum(), places: places_json.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desired::ProviderKey;

    fn places(outcomes: Vec<Outcome>) -> Vec<Place> {
        let scope = Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() };
        let findings = outcomes.into_iter().map(|outcome| Finding::new("clock", outcome)).collect();
        vec![Place { scope, findings }]
    }

    #[test]
    fn every_outcome_has_its_word_and_bad_ones_are_counted() {
        let check = |outcome: Outcome, row: &str, end: &str| {
            let shown = text(&places(vec![outcome]), &RenderOptions::default());
            assert_eq!(shown, format!("alicloud in cn-hangzhou\n  {row}\n\n{end}\n"));
        };
        check(Outcome::Fine("a".into()), "fine  clock  a", "Nothing is wrong.");
        check(Outcome::Doubtful("a".into()), "doubtful  clock  a", "Nothing is wrong.");
        check(Outcome::Unknown("a\nb".into()), "unknown  clock  a\\nb", "Nothing is wrong.");
        check(Outcome::Wrong("a".into()), "wrong  clock  a", "1 thing is wrong.");
    }

    #[test]
    fn programs_get_the_same() {
        let places = places(vec![Outcome::Fine("<a>".into()), Outcome::Wrong("b".into())]);
        assert_eq!(
            json(&places),
            "{\"format_version\":\"1.0\",\"wrong\":1,\"places\":[{\"provider\":\"alicloud\",\"region\":\"cn-hangzhou\",\
             \"findings\":[{\"subject\":\"clock\",\"outcome\":\"fine\",\"detail\":\"\\u003ca\\u003e\"},{\"subject\":\
             \"clock\",\"outcome\":\"wrong\",\"detail\":\"b\"}]}]}\n"
        );
    }
}
