//! What an expression of the configuration can see.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Environment;
use super::expand::Instance;
use super::frames::{Frame, FrameId, Frames};
use super::subject::instance_key;
use super::tree::Tree;
use crate::lang::{Files, Scope, Step};
use crate::model::address::{BlockAddress, Key};
use crate::model::diagnostic::{Code, Diagnostic, Span};
use crate::model::types::Type;
use crate::model::value::Value;

/// Everything in one instance of a module, and the instance of a block that an expression is evaluated for.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// All modules.
    pub tree: &'a Tree,
    /// All instances of modules, with their values.
    pub frames: &'a Frames,
    /// What comes from outside of the configuration.
    pub environment: &'a Environment<'a>,
    /// The module instance.
    pub frame: FrameId,
    /// The instance of the block.
    pub instance: Option<&'a Instance>,
    /// What `self` is.
    pub own: Option<&'a Value>,
}

/// What has a problem of its own is unknown here, so that one mistake is one message.
fn or_unknown(value: Option<&Value>) -> Value {
    value.cloned().unwrap_or_else(|| Value::unknown(Type::Any))
}

impl Scope for View<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        let frame = self.frames.get(self.frame);
        let name = |index: usize| match steps.get(index) {
            Some(Step::Attribute(name, _)) => Some(name),
            _ => None,
        };
        let first = name(0).cloned().unwrap_or_default();
        let found = match root {
            "var" => (or_unknown(frame.variables.get(&first)), 1),
            "local" => (or_unknown(frame.locals.get(&first)), 1),
            "module" => self.module(frame, &first, steps, span)?,
            "each" => (self.each(&first), 1),
            "count" => (self.count(), 1),
            "path" => (self.path(&first), 1),
            "terraform" => (terraform(&first), 1),
            "self" => (or_unknown(self.own), 0),
            "data" => {
                let second = name(1).cloned().unwrap_or_default();
                (or_unknown(frame.blocks.get(&BlockAddress::data(first, second))), 2)
            }
            kind => (or_unknown(frame.blocks.get(&BlockAddress::managed(kind, first))), 1),
        };
        // A reference that is not complete was reported when references were checked.
        if steps.len() < found.1 {
            return Ok((Value::unknown(Type::Any), steps.len()));
        }
        Ok(found)
    }

    fn files(&self) -> &dyn Files {
        self.environment.files
    }

    fn plan_time(&self) -> Option<jiff::Timestamp> {
        Some(self.environment.plan_time)
    }
}

impl View<'_> {
    /// One output where the reference names it, else the whole module.
    fn module(
        &self,
        frame: &Frame,
        name: &Arc<str>,
        steps: &[Step],
        span: Span,
    ) -> Result<(Value, usize), Diagnostic> {
        let (key, taken) = match steps.get(1) {
            Some(Step::Index(key, _)) => (instance_key(key), 2),
            _ => (Some(Key::None), 1),
        };
        match (frame.children.get(name), steps.get(taken)) {
            (Some(children), Some(Step::Attribute(output, _)))
                if !children.contains_key(&Key::None) || taken == 1 =>
            {
                match key.as_ref().and_then(|key| children.get(key)) {
                    Some(child) => Ok((or_unknown(self.frames.get(*child).outputs.get(output)), taken + 1)),
                    None => Err(no_instance(name, children, span)),
                }
            }
            _ => match frame.modules.get(name) {
                Some(whole) => Ok((whole.clone(), 1)),
                None => Ok((or_unknown(None), steps.len())),
            },
        }
    }

    fn each(&self, name: &str) -> Value {
        match (self.instance, name) {
            (Some(Instance { key: Key::Name(key), .. }), "key") => Value::string(key),
            (_, "key") => Value::unknown(Type::String),
            (Some(instance), _) => instance.value.clone(),
            (None, _) => Value::unknown(Type::Any),
        }
    }

    fn count(&self) -> Value {
        match self.instance {
            Some(Instance { key: Key::Index(index), .. }) => {
                Value::from(i64::try_from(*index).expect("counts are limited to a million"))
            }
            _ => Value::unknown(Type::Number),
        }
    }

    fn path(&self, name: &str) -> Value {
        match name {
            "cwd" => Value::string(self.environment.directory),
            "module" => Value::string(&self.tree.module(self.frames.get(self.frame).module).directory),
            _ => Value::string("."),
        }
    }
}

fn no_instance(name: &str, children: &BTreeMap<Key, FrameId>, span: Span) -> Diagnostic {
    let keys: Vec<String> = children.keys().take(5).map(ToString::to_string).collect();
    let known = match (keys.len(), children.len()) {
        (0, _) => "it has none".to_owned(),
        (shown, all) if shown < all => format!("it has {} and {} more", keys.join(", "), all - shown),
        _ => format!("it has {}", keys.join(", ")),
    };
    Diagnostic::error(Code::UnknownReference, "there is no such instance of the module")
        .at(span)
        .detail(format!("`module.{name}` has no instance with this key; {known}."))
}

/// There are no workspaces, so there is the one that Terraform has without any.
fn terraform(name: &str) -> Value {
    match name {
        "workspace" => Value::string("default"),
        _ => Value::from(false),
    }
}
