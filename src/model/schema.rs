//! What a resource type has, may do, and may cost: the tables that provider code fills and every stage reads.
//!
//! The planner knows no type by name; all that is special about one stands in its [`Schema`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::risk::RiskKind;
use super::types::Type;
use super::value::{Object, Value};

/// The type of an argument, as a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whatever the user gives.
    Any,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// Text.
    String,
    /// Elements of one kind, in order.
    List(&'static Kind),
    /// Distinct elements of one kind, without order.
    Set(&'static Kind),
    /// Values of one kind by key.
    Map(&'static Kind),
    /// Named values of their own kinds.
    Object(&'static [(&'static str, Kind)]),
}

impl Kind {
    /// The same as a type of the language.
    pub fn to_type(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(element) => Type::List(Box::new(element.to_type())),
            Self::Set(element) => Type::Set(Box::new(element.to_type())),
            Self::Map(element) => Type::Map(Box::new(element.to_type())),
            Self::Object(fields) => {
                Type::Object(fields.iter().map(|(name, kind)| (Arc::from(*name), kind.to_type())).collect())
            }
        }
    }
}

/// A value that the schema gives where the user gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    String(&'static str),
}

impl Fallback {
    /// The same as a value of the language.
    pub fn to_value(self) -> Value {
        match self {
            Self::Bool(value) => Value::from(value),
            Self::Number(value) => Value::from(value),
            Self::String(value) => Value::string(value),
        }
    }
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user must.
    Required,
    /// The user may; left out, there is none.
    Optional,
    /// The user may; left out, it is this.
    Defaulted(Fallback),
    /// The user may; left out, the cloud chooses and its choice is kept.
    Chosen,
    /// The cloud alone; known after apply.
    Computed,
    /// The cloud alone, and it changes by itself all the time: read when asked for, never recorded, never drift.
    Observed,
    /// The user alone: it says something to backform and is never sent, so no cloud can have another value.
    Declared,
}

/// What a change of an attribute means for the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnChange {
    /// The object is changed and stays itself.
    InPlace,
    /// The object is deleted and another one is created.
    Replace,
}

/// When a change of an attribute carries a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Whenever the value differs.
    Changes,
    /// A truth value that becomes this one.
    Becomes(bool),
    /// A number that becomes smaller, or gets a value where there was no limit.
    Decreases,
    /// A set or list that loses elements.
    LosesElements,
}

/// One risk that a change of an attribute carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskRule {
    /// When it does.
    pub when: When,
    /// Which risk it is.
    pub kind: RiskKind,
    /// What will happen, in words that continue "this ...": "stops the daily backups of the server".
    pub effect: &'static str,
}

/// A rule for the value of an attribute, checked before anything is sent.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// One of these texts and no other; a near miss is answered with a proposal.
    OneOf(&'static [&'static str]),
    /// A check in code; the error says what is expected, as a sentence.
    Check(fn(&Value) -> Result<(), String>),
}

/// One attribute of a resource type or data source.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// As the user writes it.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// Who gives it.
    pub presence: Presence,
    /// What a change of it means.
    pub on_change: OnChange,
    /// What a change of it may cost.
    pub risks: &'static [RiskRule],
    /// What its value must be.
    pub rules: &'static [Rule],
    /// Written as a block `name { ... }` and not as `name = ...`; its kind is an object, or a list of objects
    /// where the block may be repeated.
    pub block: bool,
    /// The argument that a computed attribute is worked out from: a change of it makes the attribute unknown, and
    /// without it there is none. Empty for attributes that come from elsewhere.
    pub follows: &'static str,
    /// What a plan says of an object that is to be made without this argument; empty where that needs no word.
    pub advice: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
}

impl Attribute {
    /// An attribute that is changed in place, without risks and rules: the start for a table's row.
    pub const fn new(name: &'static str, kind: Kind, presence: Presence, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            presence,
            on_change: OnChange::InPlace,
            risks: &[],
            rules: &[],
            block: false,
            follows: "",
            advice: "",
            doc,
        }
    }

    /// The same attribute, whose change replaces the object.
    #[must_use]
    pub const fn replaces(self) -> Self {
        Self { on_change: OnChange::Replace, ..self }
    }

    /// The same attribute with risks.
    #[must_use]
    pub const fn risks(self, risks: &'static [RiskRule]) -> Self {
        Self { risks, ..self }
    }

    /// The same attribute with rules.
    #[must_use]
    pub const fn rules(self, rules: &'static [Rule]) -> Self {
        Self { rules, ..self }
    }

    /// The same attribute, whose absence is worth a word.
    #[must_use]
    pub const fn advice(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }

    /// The same attribute, worked out from an argument.
    #[must_use]
    pub const fn follows(self, argument: &'static str) -> Self {
        Self { follows: argument, ..self }
    }

    /// The same attribute, written as a block.
    #[must_use]
    pub const fn as_block(self) -> Self {
        Self { block: true, ..self }
    }

    /// Whether the user may write it.
    pub fn is_argument(&self) -> bool {
        match self.presence {
            Presence::Required
            | Presence::Optional
            | Presence::Defaulted(_)
            | Presence::Chosen
            | Presence::Declared => true,
            Presence::Computed | Presence::Observed => false,
        }
    }

    /// Whether it has no value until apply, for an object with these arguments that is still to be made.
    pub fn is_known_after_apply(&self, values: &Object) -> bool {
        let by_cloud = matches!(self.presence, Presence::Chosen | Presence::Computed | Presence::Observed);
        let followed = values.get(self.follows).filter(|value| !value.is_null());
        by_cloud && (self.follows.is_empty() || followed.is_some())
    }

    /// Whether the state keeps it.
    pub fn is_recorded(&self) -> bool {
        self.presence != Presence::Observed
    }
}

/// Where the objects of a type are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In a region of a cloud, which is asked for them at each refresh.
    Cloud,
    /// In the state and nowhere else: what it remembers is all that there is of them.
    State,
}

/// How a type protects servers, for types that hold backups.
#[derive(Clone, Copy, Debug)]
pub struct Protection {
    /// The attribute that pauses protection while it is `true`; `None` where the cloud cannot pause.
    pub paused: Option<&'static str>,
    /// The attribute that names the protected servers: one id, or a set of ids.
    pub servers: &'static str,
    /// What destroying the object costs, in words: "permanently deletes all backups of the server".
    pub destroy_effect: &'static str,
    /// The act that backs a server up at once; `None` where the cloud cannot.
    pub backup: Option<&'static str>,
    /// The act that restores out of its backups; `None` where the cloud cannot.
    pub restore: Option<&'static str>,
}

/// A resource type or data source.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// `alicloud_ecs_file_backup`.
    pub name: &'static str,
    /// The provider that has it: `alicloud`.
    pub provider: &'static str,
    /// Where its objects are.
    pub home: Home,
    /// The computed attribute that holds the object's id in the cloud; ids are typed to confirm losses.
    pub id: &'static str,
    /// The argument whose value no two objects of the type share within a region, where there is one:
    /// an object with the same value is the same object, so a create can be looked up before it is repeated.
    pub identity: Option<&'static str>,
    /// All attributes, the most important first; `region` is among them.
    pub attributes: &'static [Attribute],
    /// Set for types that hold backups.
    pub protection: Option<Protection>,
    /// Says a live object in the words of what is desired where both mean the same (a time of day in another
    /// zone, say), so that the two compare equal exactly when there is nothing to do.
    pub align: fn(desired: &Object, live: &mut Object),
    /// Rules that need several arguments; each problem names the argument that it is best shown at.
    pub check: fn(&Object) -> Vec<(&'static str, String)>,
    /// One sentence for the reference.
    pub doc: &'static str,
}

impl Schema {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The names that a user may write.
    pub fn arguments(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.attributes.iter().filter(|attribute| attribute.is_argument()).map(|attribute| attribute.name)
    }
}

/// For [`Schema::align`] where live and desired values always compare as they are.
pub fn align_nothing(_desired: &Object, _live: &mut Object) {}

/// For [`Schema::check`] where no rule needs several arguments.
pub fn check_nothing(_values: &Object) -> Vec<(&'static str, String)> {
    Vec::new()
}

/// What a `provider` block may say.
#[derive(Clone, Copy, Debug)]
pub struct ProviderSchema {
    /// `alicloud`.
    pub name: &'static str,
    /// The arguments and blocks.
    pub attributes: &'static [Attribute],
    /// One sentence for the reference.
    pub doc: &'static str,
}

/// Everything that is known of all clouds' types.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// By name.
    pub providers: BTreeMap<&'static str, &'static ProviderSchema>,
    /// Types of `resource` blocks, by name.
    pub resources: BTreeMap<&'static str, &'static Schema>,
    /// Types of `data` blocks, by name.
    pub data: BTreeMap<&'static str, &'static Schema>,
    /// Acts, by name. No block can declare one.
    pub acts: BTreeMap<&'static str, &'static Schema>,
}

impl Schemas {
    /// The schema of a resource type.
    pub fn resource(&self, kind: &str) -> Option<&'static Schema> {
        self.resources.get(kind).copied()
    }

    /// The schema of what stands in a plan under a name that is no data source's: a resource type or an act.
    pub fn planned(&self, kind: &str) -> Option<&'static Schema> {
        self.resource(kind).or_else(|| self.acts.get(kind).copied())
    }
}
