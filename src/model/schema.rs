//! What a resource type has, may do, and may cost: the tables that provider code fills and every stage reads.
//!
//! The planner knows no type by name; all that is special about one stands in its [`Schema`].

use std::collections::{BTreeMap, BTreeSet};
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
#[derive(Clone, Copy, Debug)]
pub enum OnChange {
    /// The object is changed and stays itself.
    InPlace,
    /// The object is deleted and another one is created.
    Replace,
    /// It depends on the two values: only one direction can be done in place, say. Whether the object is replaced.
    Judged(Judge),
}

/// Answers a question about a change from a value, or none, to another.
pub type Judge = fn(before: Option<&Value>, after: Option<&Value>) -> bool;

/// When a change of an attribute carries a risk.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Whenever the value differs.
    Changes,
    /// A truth value that becomes this one.
    Becomes(bool),
    /// A number that becomes smaller, or gets a value where there was no limit.
    Decreases,
    /// A set or list that loses elements.
    LosesElements,
    /// When code says so, which gets values that are not wholly known too.
    Judged(Judge),
}

/// One risk that a change of an attribute carries.
#[derive(Clone, Copy, Debug)]
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

    /// The same attribute, of which some changes replace the object.
    #[must_use]
    pub const fn replaces_when(self, judge: Judge) -> Self {
        Self { on_change: OnChange::Judged(judge), ..self }
    }

    /// Whether this change of it replaces the object.
    pub fn is_replaced(&self, before: Option<&Value>, after: Option<&Value>) -> bool {
        match self.on_change {
            OnChange::InPlace => false,
            OnChange::Replace => true,
            OnChange::Judged(judge) => judge(before, after),
        }
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
    /// The attribute that names the protected servers: one id, or a set of ids. For a type with [`Members`] these are
    /// its members, and this is the attribute that holds them. Empty for a type that holds backups and makes no more.
    pub servers: &'static str,
    /// What destroying the object costs, in words: "permanently deletes all backups of the server".
    pub destroy_effect: &'static str,
    /// What is protected counts in a quota of which a part is free.
    pub has_quota: bool,
    /// The act that backs a server up at once; `None` where the cloud cannot.
    pub backup: Option<&'static str>,
    /// The act that restores out of its backups; `None` where the cloud cannot.
    pub restore: Option<&'static str>,
}

/// Things that objects of a type hold, of which each can be in one object only. The cloud can move them from one object to
/// another with all that belongs to them, and can bring some in by itself.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// The attribute that holds them.
    pub attribute: &'static str,
    /// The computed attribute that names those that came by themselves: a set of ids.
    pub by_itself: &'static str,
    /// The ids of those that an object's attributes name, as far as they are known.
    pub ids: fn(&Object) -> BTreeSet<Arc<str>>,
    /// The same attributes without those of these ids.
    pub without: fn(&Object, &BTreeSet<Arc<str>>) -> Object,
    /// Whether the cloud brings some in by itself.
    pub comes_by_itself: fn(&Object) -> bool,
    /// Why the cloud cannot move one from an object as it is to another as it will be, as the end of a sentence; `None`
    /// where it can.
    pub obstacle: fn(from: &Object, to: &Object) -> Option<String>,
    /// What it costs to take them out, in words that their ids follow: "deletes all backups of".
    pub removal_effect: &'static str,
}

impl Members {
    /// Takes those out that came by themselves, so that nobody undoes it, and names them in their own attribute.
    ///
    /// They are what neither `words`, what is desired, nor `remembered` names, while the cloud brings some in; and of
    /// those that it has brought in before, what is still there.
    pub fn settle(&self, live: &mut Object, words: &Object, remembered: &Object) {
        let mut strangers = (self.ids)(live);
        for known in [words, remembered] {
            strangers.retain(|id| !(self.ids)(known).contains(id));
        }
        if ![&*live, words, remembered].into_iter().any(self.comes_by_itself) {
            let before = remembered.get(self.by_itself).and_then(Value::as_slice).unwrap_or_default();
            strangers.retain(|id| before.iter().any(|old| old.as_str() == Some(id)));
        }
        *live = (self.without)(live, &strangers);
        let names = strangers.iter().map(Value::string);
        live.insert(self.by_itself.into(), Value::set(Type::String, names));
    }

    /// All that an object holds, those that came by themselves included.
    pub fn all(&self, values: &Object) -> BTreeSet<Arc<str>> {
        let by_itself = values.get(self.by_itself).and_then(Value::as_slice).unwrap_or_default();
        let named = by_itself.iter().filter_map(Value::as_str).map(Arc::from);
        (self.ids)(values).into_iter().chain(named).collect()
    }
}

/// What making, changing or deleting an object costs besides what its attributes' own rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Which risk it is.
    pub kind: RiskKind,
    /// What will happen, in words that continue "this ...".
    pub effect: String,
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
    /// Set for types whose objects hold things that can move from one to another.
    pub members: Option<Members>,
    /// Says a live object in the words of what is desired where both mean the same (a time of day in another
    /// zone, say), so that the two compare equal exactly when there is nothing to do.
    pub align: fn(desired: &Object, live: &mut Object),
    /// Rules that need several arguments; each problem names the argument that it is best shown at.
    pub check: fn(&Object) -> Vec<(&'static str, String)>,
    /// Costs that need several attributes, or that making or deleting brings: of a change from what is, observed
    /// attributes included, to what will be.
    pub costs: fn(before: Option<&Object>, after: Option<&Object>) -> Vec<Cost>,
    /// What whoever reads the plan should know of an object that will be like this, as sentences without their point.
    pub advice: fn(&Object) -> Vec<String>,
    /// One sentence for the reference.
    pub doc: &'static str,
}

impl Schema {
    /// A type without anything special: the start for a table, which replaces name, provider, id and attributes.
    pub const PLAIN: Self = Self {
        name: "",
        provider: "",
        home: Home::Cloud,
        id: "id",
        identity: None,
        attributes: &[],
        protection: None,
        members: None,
        align: align_nothing,
        check: check_nothing,
        costs: |_, _| Vec::new(),
        advice: |_| Vec::new(),
        doc: "",
    };

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
