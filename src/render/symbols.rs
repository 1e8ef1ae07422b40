//! The sign, the legend and the sentence of each action. Terraform's where it has the action.

use super::theme::Label;
use crate::model::plan::{Action, ReplaceOrder};

/// What is said of one action.
#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    /// Three columns.
    pub sign: &'static str,
    /// How the sign is labelled.
    pub label: Label,
    /// Behind the sign in the legend.
    pub legend: &'static str,
    /// Behind the address, where no reason asks for other words; the last word carries the label.
    pub sentence: &'static str,
    /// After "was to be".
    pub fate: &'static str,
    /// After "2 to"; empty where the summary's first line counts the action, or nothing does.
    pub besides: &'static str,
}

/// The order of the legend.
pub const ORDER: [Action; 11] = [
    Action::Create,
    Action::Update,
    Action::Destroy,
    Action::Replace(ReplaceOrder::DestroyFirst),
    Action::Replace(ReplaceOrder::CreateFirst),
    Action::Read,
    Action::Pause,
    Action::Resume,
    Action::Run,
    Action::Forget,
    Action::NoOp,
];

/// The symbol of an action.
pub fn symbol(action: Action) -> Symbol {
    match action {
        Action::Create => Symbol {
            sign: "  +",
            label: Label::Added,
            legend: "create",
            sentence: "will be created",
            fate: "created",
            besides: "",
        },
        Action::Update => Symbol {
            sign: "  ~",
            label: Label::Changed,
            legend: "update in-place",
            sentence: "will be updated in-place",
            fate: "updated in-place",
            besides: "",
        },
        Action::Destroy => Symbol {
            sign: "  -",
            label: Label::Removed,
            legend: "destroy",
            sentence: "will be destroyed",
            fate: "destroyed",
            besides: "",
        },
        Action::Replace(ReplaceOrder::DestroyFirst) => Symbol {
            sign: "-/+",
            label: Label::Removed,
            legend: "destroy and then create replacement",
            sentence: "must be replaced",
            fate: "replaced, destroying first",
            besides: "replace",
        },
        Action::Replace(ReplaceOrder::CreateFirst) => Symbol {
            sign: "+/-",
            legend: "create replacement and then destroy",
            fate: "replaced, creating first",
            ..symbol(Action::Replace(ReplaceOrder::DestroyFirst))
        },
        Action::Read => Symbol {
            sign: " <=",
            label: Label::Info,
            legend: "read (data resources)",
            sentence: "will be read during apply",
            fate: "read",
            besides: "read",
        },
        Action::Pause => Symbol {
            sign: " ||",
            label: Label::Removed,
            legend: "pause protection",
            sentence: "will be paused",
            fate: "paused",
            besides: "pause",
        },
        Action::Resume => Symbol {
            sign: " |>",
            label: Label::Added,
            legend: "resume protection",
            sentence: "will be resumed",
            fate: "resumed",
            besides: "resume",
        },
        Action::Run => Symbol {
            sign: "  >",
            label: Label::Info,
            legend: "run once",
            sentence: "will be run",
            fate: "run",
            besides: "run",
        },
        Action::Forget => Symbol {
            sign: "  .",
            label: Label::Removed,
            legend: "forget",
            sentence: "will be forgotten",
            fate: "forgotten",
            besides: "forget",
        },
        Action::NoOp => Symbol {
            sign: "   ",
            label: Label::Plain,
            legend: "",
            sentence: "stays as it is",
            fate: "left as it is",
            besides: "",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_keeps_its_three_columns_and_no_two_are_the_same() {
        let signs: std::collections::BTreeSet<&str> = ORDER.map(|action| symbol(action).sign).into();
        assert_eq!(signs.len(), ORDER.len());
        assert!(signs.iter().all(|sign| sign.len() == 3 && sign.is_ascii()));
    }
}
