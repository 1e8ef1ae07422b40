//! References that name a resource, an instance or a module, and no value: in `moved`, `removed`, `import` and
//! `replace_triggered_by`.

use std::sync::Arc;

use crate::lang::{AddressStep, Expr, Scope, Step};
use crate::model::address::{Address, BlockAddress, Key, ModuleStep};
use crate::model::desired::Subject;
use crate::model::diagnostic::{Code, Diagnostic};
use crate::model::value::Value;

/// What a reference with these steps names, and the steps that go on into its attributes. `None` where it names no
/// managed resource and no module.
pub fn subject<'s>(root: &Arc<str>, steps: &'s [Step]) -> Option<(Subject, &'s [Step])> {
    let mut path: Vec<ModuleStep> = Vec::new();
    let mut root = root.clone();
    let mut rest = steps;
    while &*root == "module" {
        let name = attribute(rest.first()?)?;
        let (key, after) = keyed(&rest[1..])?;
        path.push(ModuleStep { name, key });
        match after {
            [] => return Some((Subject::Module(path.into()), after)),
            [next, after @ ..] => {
                root = attribute(next)?;
                rest = after;
            }
        }
    }
    if matches!(
        &*root,
        "data" | "var" | "local" | "each" | "count" | "path" | "self" | "terraform" | "output"
    ) {
        return None;
    }
    let name = attribute(rest.first()?)?;
    let block = BlockAddress::managed(root, name).under(&path);
    Some(match keyed(&rest[1..])? {
        (Key::None, after) => (Subject::Block(block), after),
        (key, after) => (Subject::Instance(Address { block, key }), after),
    })
}

fn attribute(step: &Step) -> Option<Arc<str>> {
    match step {
        Step::Attribute(name, _) => Some(name.clone()),
        Step::Index(..) => None,
    }
}

/// The key at the front of the steps, if there is one, and what follows it.
fn keyed(steps: &[Step]) -> Option<(Key, &[Step])> {
    match steps {
        [Step::Index(key, _), rest @ ..] => Some((instance_key(key)?, rest)),
        _ => Some((Key::None, steps)),
    }
}

/// The key that an index stands for.
pub fn instance_key(index: &Value) -> Option<Key> {
    match (index.as_str(), index.as_i64()) {
        (Some(name), _) => Some(Key::Name(name.into())),
        (None, Some(number)) => u64::try_from(number).ok().map(Key::Index),
        (None, None) => None,
    }
}

/// What a reference names as it stands.
pub fn named(expr: &Expr) -> Option<Subject> {
    let traversal = expr.as_traversal()?;
    let (subject, rest) = subject(&traversal.root, &traversal.steps)?;
    rest.is_empty().then_some(subject)
}

/// The steps of an address with their keys evaluated.
///
/// # Errors
///
/// The problem of the first key that cannot be used.
pub fn known_steps(steps: &[AddressStep<'_>], scope: &dyn Scope) -> Result<Vec<Step>, Box<Diagnostic>> {
    let step = |step: &AddressStep<'_>| match step {
        AddressStep::Static(step) => Ok((*step).clone()),
        AddressStep::Key(expr) => {
            let value = crate::lang::evaluate(expr, scope).map_err(Box::new)?;
            let problem = if !value.is_known() {
                Diagnostic::error(Code::UnknownValue, "a key must be known when the plan is made")
            } else if value.is_sensitive() {
                Diagnostic::error(Code::SensitiveValue, "a secret cannot be a key")
                    .detail("Keys are parts of addresses, and addresses are shown.")
            } else if instance_key(&value).is_none() {
                Diagnostic::error(Code::InvalidType, "this cannot be a key")
                    .detail("A key is a text, or a whole number that is not negative.")
            } else {
                return Ok(Step::Index(value, expr.span()));
            };
            Err(Box::new(problem.at(expr.span())))
        }
    };
    steps.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse_expression;
    use crate::model::diagnostic::FileId;

    #[test]
    fn a_reference_names_a_module_a_block_or_an_instance() {
        let check = |text: &str, expected: &str| {
            let expr = parse_expression(FileId(0), text).expect(text);
            let found = named(&expr).map_or("nothing".to_owned(), |subject| subject.to_string());
            assert_eq!(found, expected, "{text}");
        };
        check("t.n", "t.n");
        check("t.n[3]", "t.n[3]");
        check(r#"t.n["a"]"#, r#"t.n["a"]"#);
        check("module.a", "module.a");
        check("module.a[0].module.b", "module.a[0].module.b");
        check(r#"module.a["x"].t.n"#, r#"module.a["x"].t.n"#);
        check("t", "nothing");
        check("t.n.attribute", "nothing");
        check("data.t.n", "nothing");
        check("module.a[-1]", "nothing");
        check("module.a.data.t.n", "nothing");
    }
}
