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
    /// After "2 to"; empty where the summary's first line counts the action, or nothing does.
    pub besides: &'static str,
}

/// The order of the legend.
pub const ORDER: [Action; 10] = [
    Action::Create,
    Action::Update,
    Action::Destroy,
    Action::Replace(ReplaceOrder::DestroyFirst),
    Action::Replace(ReplaceOrder::CreateFirst),
    Action::Read,
    Action::Pause,
    Action::Resume,
    Action::Forget,
    Action::NoOp,
];

/// The symbol of an action.
pub fn symbol(action: Action) -> Symbol {
    let symbol = |sign, label, legend, sentence, besides| Symbol { sign, label, legend, sentence, besides };
    match action {
        Action::Create => symbol("  +", Label::Added, "create", "will be created", ""),
        Action::Update => symbol("  ~", Label::Changed, "update in-place", "will be updated in-place", ""),
        Action::Destroy => symbol("  -", Label::Removed, "destroy", "will be destroyed", ""),
        Action::Replace(order) => {
            let (sign, legend) = match order {
                ReplaceOrder::DestroyFirst => ("-/+", "destroy and then create replacement"),
                ReplaceOrder::CreateFirst => ("+/-", "create replacement and then destroy"),
            };
            symbol(sign, Label::Removed, legend, "must be replaced", "replace")
        }
        Action::Read => {
            symbol(" <=", Label::Info, "read (data resources)", "will be read during apply", "read")
        }
        Action::Pause => symbol(" ||", Label::Removed, "pause protection", "will be paused", "pause"),
        Action::Resume => symbol(" |>", Label::Added, "resume protection", "will be resumed", "resume"),
        Action::Forget => symbol("  .", Label::Removed, "forget", "will be forgotten", "forget"),
        Action::NoOp => symbol("   ", Label::Plain, "", "stays as it is", ""),
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
