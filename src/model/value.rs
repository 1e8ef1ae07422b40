//! Values of the language: what an expression gives, what a resource should have and has.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::model::number::Number;
use crate::model::types::Type;

/// Values by name, sorted by name.
pub type Object = BTreeMap<Arc<str>, Value>;

/// A value; cheap to clone.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// No value, of some type.
    Null(Type),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text in Unicode's composed form.
    String(Arc<str>),
    /// Values of one type in an order.
    List(Arc<Sequence>),
    /// Distinct values of one type, sorted.
    Set(Arc<Sequence>),
    /// Values of a type each in an order.
    Tuple(Arc<Vec<Value>>),
    /// Values of one type by name.
    Map(Arc<Mapping>),
    /// Values of a type each by name.
    Object(Arc<Object>),
    /// Known after apply.
    Unknown(Arc<Unknown>),
    /// A value that must be treated with care.
    Marked(Arc<Marked>),
}

/// The elements of a list or set.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// The type that all elements have.
    pub element: Type,
    /// The elements.
    pub items: Vec<Value>,
}

/// The elements of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The type that all elements have.
    pub element: Type,
    /// The elements by name.
    pub items: Object,
}

/// What is known of a value that is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unknown {
    /// Its type; `Any` where not even that is known.
    pub ty: Type,
    /// What else is known.
    pub refinement: Refinement,
}

/// Promises about a value that is not known yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refinement {
    /// It will not be null.
    pub not_null: bool,
    /// How the text will begin.
    pub prefix: Option<Arc<str>>,
    /// No number below this.
    pub least: Option<Number>,
    /// No number above this.
    pub most: Option<Number>,
    /// No fewer elements.
    pub least_length: Option<usize>,
    /// No more elements.
    pub most_length: Option<usize>,
}

/// A value with its marks.
#[derive(Clone, PartialEq)]
pub struct Marked {
    /// At least one.
    pub marks: Marks,
    /// Never itself marked at the top.
    pub value: Value,
}

/// Why a value must be treated with care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// None.
    pub const NONE: Self = Self(0);
    /// Never shown.
    pub const SENSITIVE: Self = Self(1);
    /// Never written to state or plan.
    pub const EPHEMERAL: Self = Self(2);
    /// Text that names a type: what the console's `type` gives, shown without quotes.
    pub const TYPE_NAME: Self = Self(4);

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all marks of `other` are among these.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and those.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without those.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum PathStep {
    /// To an attribute of an object.
    Attribute(Arc<str>),
    /// To an element of a map.
    Key(Arc<str>),
    /// To an element of a list, tuple or, by its order, set.
    Index(usize),
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, ".{name}"),
            Self::Key(key) => write!(f, "[{key:?}]"),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// A stored value that does not have the type that was stored for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected} expected{}{path}", if path.is_empty() { "" } else { " at " })]
pub struct FromJsonError {
    /// Where in the value, as `.a[0]`; empty for the whole.
    pub path: String,
    /// What should have been there.
    pub expected: String,
}

impl Value {
    /// Null of no particular type.
    pub fn null() -> Self {
        Self::Null(Type::Any)
    }

    /// Null of a type.
    pub fn null_of(ty: Type) -> Self {
        Self::Null(ty)
    }

    /// Text, brought to Unicode's composed form as Terraform does with every string.
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::String(composed(text.as_ref()))
    }

    /// A value that is known after apply.
    pub fn unknown(ty: Type) -> Self {
        Self::Unknown(Arc::new(Unknown { ty, refinement: Refinement::default() }))
    }

    /// A value that is known after apply, and of which something is known already.
    pub fn refined(ty: Type, refinement: Refinement) -> Self {
        if ty == Type::Any {
            return Self::unknown(ty);
        }
        Self::Unknown(Arc::new(Unknown { ty, refinement }))
    }

    /// A value that is known after apply and is not null.
    pub fn unknown_not_null(ty: Type) -> Self {
        Self::refined(ty, Refinement { not_null: true, ..Refinement::default() })
    }

    /// An object of these attributes.
    pub fn object<K: Into<Arc<str>>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(Arc::new(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect()))
    }

    /// A tuple of these elements.
    pub fn tuple(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(Arc::new(items.into_iter().collect()))
    }

    /// A list of elements that all have the given type.
    pub fn list(element: Type, items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(Arc::new(Sequence { element, items: items.into_iter().collect() }))
    }

    /// A map of elements that all have the given type.
    pub fn map<K: Into<Arc<str>>>(element: Type, items: impl IntoIterator<Item = (K, Self)>) -> Self {
        let items = items.into_iter().map(|(key, value)| (key.into(), value)).collect();
        Self::Map(Arc::new(Mapping { element, items }))
    }

    /// A set of elements that all have the given type: sorted, each once; marks of elements become the set's.
    pub fn set(element: Type, items: impl IntoIterator<Item = Self>) -> Self {
        let mut marks = Marks::NONE;
        let mut items: Vec<Self> = items
            .into_iter()
            .map(|item| {
                let (item, found) = item.unmark_deep();
                marks = marks.union(found);
                item
            })
            .collect();
        items.sort_by(set_order);
        // Two unknown values may turn out to differ, so only known ones are ever the same.
        items.dedup_by(|left, right| left == right && left.is_wholly_known());
        Self::Set(Arc::new(Sequence { element, items })).with_marks(marks)
    }

    /// The type, as far as it is known.
    pub fn type_of(&self) -> Type {
        match self {
            Self::Null(ty) => ty.clone(),
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(list) => Type::list(list.element.clone()),
            Self::Set(set) => Type::set(set.element.clone()),
            Self::Map(map) => Type::map(map.element.clone()),
            Self::Tuple(items) => Type::Tuple(items.iter().map(Self::type_of).collect()),
            Self::Object(object) => {
                Type::Object(object.iter().map(|(name, value)| (name.clone(), value.type_of())).collect())
            }
            Self::Unknown(unknown) => unknown.ty.clone(),
            Self::Marked(marked) => marked.value.type_of(),
        }
    }

    /// Whether the value itself is known; parts of it may not be.
    pub fn is_known(&self) -> bool {
        !matches!(self.unmarked(), Self::Unknown(_))
    }

    /// Whether the value and all parts of it are known.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Marked(marked) => marked.value.is_wholly_known(),
            _ => self.parts().all(Self::is_wholly_known),
        }
    }

    /// Whether it is null, known to be so.
    pub fn is_null(&self) -> bool {
        matches!(self.unmarked(), Self::Null(_))
    }

    /// Whether it is known that it is not null.
    pub fn is_never_null(&self) -> bool {
        match self.unmarked() {
            Self::Null(_) => false,
            Self::Unknown(unknown) => unknown.refinement.not_null,
            _ => true,
        }
    }

    /// The value's own marks; parts may have others.
    pub fn marks(&self) -> Marks {
        match self {
            Self::Marked(marked) => marked.marks,
            _ => Marks::NONE,
        }
    }

    /// The marks of the value and of all its parts.
    pub fn marks_deep(&self) -> Marks {
        let below = match self {
            Self::Marked(marked) => marked.value.marks_deep(),
            _ => self.parts().map(Self::marks_deep).fold(Marks::NONE, Marks::union),
        };
        below.union(self.marks())
    }

    /// The value below its own marks.
    pub fn unmarked(&self) -> &Self {
        match self {
            Self::Marked(marked) => &marked.value,
            _ => self,
        }
    }

    /// The value without its own marks, and those marks.
    pub fn unmark(&self) -> (Self, Marks) {
        (self.unmarked().clone(), self.marks())
    }

    /// The value without any marks in it, and all of them.
    pub fn unmark_deep(&self) -> (Self, Marks) {
        let marks = self.marks_deep();
        if marks.is_empty() { (self.clone(), marks) } else { (self.stripped(), marks) }
    }

    fn stripped(&self) -> Self {
        match self {
            Self::Marked(marked) => marked.value.stripped(),
            _ => self.map_parts(Self::stripped),
        }
    }

    /// The value with further marks.
    #[must_use]
    pub fn with_marks(self, marks: Marks) -> Self {
        if marks.is_empty() {
            return self;
        }
        let (value, own) = self.unmark();
        Self::Marked(Arc::new(Marked { marks: own.union(marks), value }))
    }

    /// The value, never to be shown.
    #[must_use]
    pub fn sensitive(self) -> Self {
        self.with_marks(Marks::SENSITIVE)
    }

    /// Whether the value itself must not be shown.
    pub fn is_sensitive(&self) -> bool {
        self.marks().contains(Marks::SENSITIVE)
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self.unmarked() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.unmarked() {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A known number.
    pub fn as_number(&self) -> Option<&Number> {
        match self.unmarked() {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A known whole number that fits a machine word.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::to_i64)
    }

    /// The attributes of a known object, or the elements of a known map.
    pub fn as_object(&self) -> Option<&Object> {
        match self.unmarked() {
            Self::Object(object) => Some(object),
            Self::Map(map) => Some(&map.items),
            _ => None,
        }
    }

    /// The elements of a known list, set or tuple.
    pub fn as_slice(&self) -> Option<&[Self]> {
        match self.unmarked() {
            Self::List(sequence) | Self::Set(sequence) => Some(&sequence.items),
            Self::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The attribute of an object or the element of a map, with the marks of the whole.
    pub fn attribute(&self, name: &str) -> Option<Self> {
        self.as_object()?.get(name).map(|value| value.clone().with_marks(self.marks()))
    }

    /// The parts of a collection, in order; none for anything else.
    pub fn parts(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match self {
            Self::List(sequence) | Self::Set(sequence) => Box::new(sequence.items.iter()),
            Self::Tuple(items) => Box::new(items.iter()),
            Self::Map(map) => Box::new(map.items.values()),
            Self::Object(object) => Box::new(object.values()),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The part of a map or object by its name, of a list or tuple by its position.
    pub fn part(&self, key: &Self) -> Option<&Self> {
        match key.as_str() {
            Some(name) => self.as_object()?.get(name),
            None => self.as_slice()?.get(usize::try_from(key.as_i64()?).ok()?),
        }
    }

    /// The same with another value for one part, or without it; as it is where a part cannot be added or left out.
    #[must_use]
    pub fn with_part(&self, key: &Self, part: Option<&Self>) -> Self {
        let renewed = |object: &Object| -> Object {
            let (mut object, name) = (object.clone(), key.as_str().unwrap_or_default());
            match part {
                Some(part) => object.insert(name.into(), part.clone()),
                None => object.remove(name),
            };
            object
        };
        let position = key.as_i64().and_then(|index| usize::try_from(index).ok());
        let placed = |items: &[Self]| {
            let mut items = items.to_vec();
            if let (Some(item), Some(part)) = (position.and_then(|index| items.get_mut(index)), part) {
                *item = part.clone();
            }
            items
        };
        match self {
            Self::Object(object) => Self::Object(Arc::new(renewed(object))),
            Self::Map(map) => {
                Self::Map(Arc::new(Mapping { element: map.element.clone(), items: renewed(&map.items) }))
            }
            Self::List(list) => Self::list(list.element.clone(), placed(&list.items)),
            Self::Tuple(items) => Self::tuple(placed(items)),
            other => other.clone(),
        }
    }

    /// The same collection of changed parts; anything else as it is.
    #[must_use]
    pub fn map_parts(&self, change: impl Fn(&Self) -> Self) -> Self {
        let changed = |object: &Object| -> Object {
            object.iter().map(|(name, value)| (name.clone(), change(value))).collect()
        };
        match self {
            Self::List(list) => Self::list(list.element.clone(), list.items.iter().map(&change)),
            Self::Set(set) => Self::set(set.element.clone(), set.items.iter().map(&change)),
            Self::Tuple(items) => Self::tuple(items.iter().map(&change)),
            Self::Map(map) => {
                Self::Map(Arc::new(Mapping { element: map.element.clone(), items: changed(&map.items) }))
            }
            Self::Object(object) => Self::Object(Arc::new(changed(object))),
            Self::Null(_)
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Unknown(_)
            | Self::Marked(_) => self.clone(),
        }
    }

    /// Whether parts are inside of parts more often than `limit`. Does not recurse, so that any value can be asked.
    pub fn is_deeper_than(&self, limit: usize) -> bool {
        let mut open = vec![(self, 0)];
        while let Some((value, depth)) = open.pop() {
            if depth > limit {
                return true;
            }
            open.extend(value.unmarked().parts().map(|part| (part, depth + 1)));
        }
        false
    }

    /// Visits the value and all its parts, each with the way to it.
    pub fn walk(&self, visit: &mut impl FnMut(&[PathStep], &Self)) {
        self.walk_from(&mut Vec::new(), visit);
    }

    fn walk_from(&self, path: &mut Vec<PathStep>, visit: &mut impl FnMut(&[PathStep], &Self)) {
        visit(path, self);
        for (step, part) in self.unmarked().steps() {
            path.push(step);
            part.walk_from(path, visit);
            path.pop();
        }
    }

    /// The parts with the step that leads to each.
    pub fn steps(&self) -> Vec<(PathStep, &Self)> {
        match self {
            Self::List(sequence) | Self::Set(sequence) => indexed(&sequence.items),
            Self::Tuple(items) => indexed(items),
            Self::Map(map) => {
                map.items.iter().map(|(key, value)| (PathStep::Key(key.clone()), value)).collect()
            }
            Self::Object(object) => {
                object.iter().map(|(name, value)| (PathStep::Attribute(name.clone()), value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The value as JSON, for files whose reader knows the types.
    ///
    /// Numbers that a machine float does not hold exactly become strings. Unknown parts become null and marks
    /// are lost: who writes them keeps beside the value which parts they were.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null(_) | Self::Unknown(_) => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(number) => number_to_json(number),
            Self::String(text) => text.as_ref().into(),
            Self::List(sequence) | Self::Set(sequence) => sequence.items.iter().map(Self::to_json).collect(),
            Self::Tuple(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(map) => object_to_json(&map.items),
            Self::Object(object) => object_to_json(object),
            Self::Marked(marked) => marked.value.to_json(),
        }
    }

    /// Reads what [`Self::to_json`] wrote for a value of this type.
    ///
    /// Where the type is `Any`, arrays become tuples and objects become objects.
    ///
    /// # Errors
    ///
    /// Names the first part that is not of its type.
    pub fn from_json(json: &serde_json::Value, ty: &Type) -> Result<Self, FromJsonError> {
        let wrong = || FromJsonError { path: String::new(), expected: ty.friendly_name() };
        if json.is_null() {
            return Ok(Self::Null(ty.clone()));
        }
        match ty {
            Type::Any => Ok(Self::implied(json)),
            Type::Bool => json.as_bool().map(Self::Bool).ok_or_else(wrong),
            Type::Number => number_from_json(json).ok_or_else(wrong),
            Type::String => json.as_str().map(Self::string).ok_or_else(wrong),
            Type::List(element) => Ok(Self::list((**element).clone(), elements(json, element, &wrong)?)),
            Type::Set(element) => Ok(Self::set((**element).clone(), elements(json, element, &wrong)?)),
            Type::Tuple(types) => {
                let items = json.as_array().filter(|items| items.len() == types.len()).ok_or_else(wrong)?;
                let pairs = items.iter().zip(types).enumerate();
                pairs
                    .map(|(index, (item, ty))| inside(Self::from_json(item, ty), &PathStep::Index(index)))
                    .collect::<Result<Vec<_>, _>>()
                    .map(Self::tuple)
            }
            Type::Map(element) => {
                let items = json.as_object().ok_or_else(wrong)?;
                let read = |(key, item): (&String, &serde_json::Value)| {
                    let key: Arc<str> = key.as_str().into();
                    Ok((key.clone(), inside(Self::from_json(item, element), &PathStep::Key(key))?))
                };
                let items = items.iter().map(read).collect::<Result<Vec<_>, _>>()?;
                Ok(Self::map((**element).clone(), items))
            }
            Type::Object(types) => {
                let items = json.as_object().ok_or_else(wrong)?;
                let absent = serde_json::Value::Null;
                let read = |(name, ty): (&Arc<str>, &Type)| {
                    let item = items.get(name.as_ref()).unwrap_or(&absent);
                    Ok((name.clone(), inside(Self::from_json(item, ty), &PathStep::Attribute(name.clone()))?))
                };
                types.iter().map(read).collect::<Result<Vec<_>, _>>().map(Self::object)
            }
        }
    }

    /// The value of JSON without a type.
    fn implied(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::null(),
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(_) => number_from_json(json).unwrap_or_else(Self::null),
            serde_json::Value::String(text) => Self::string(text),
            serde_json::Value::Array(items) => Self::tuple(items.iter().map(Self::implied)),
            serde_json::Value::Object(items) => {
                Self::object(items.iter().map(|(name, item)| (name.as_str(), Self::implied(item))))
            }
        }
    }
}

/// Text in Unicode's composed form.
fn composed(text: &str) -> Arc<str> {
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    }
}

fn indexed(items: &[Value]) -> Vec<(PathStep, &Value)> {
    items.iter().enumerate().map(|(index, item)| (PathStep::Index(index), item)).collect()
}

fn inside<T>(result: Result<T, FromJsonError>, step: &PathStep) -> Result<T, FromJsonError> {
    result.map_err(|error| FromJsonError { path: format!("{step}{}", error.path), ..error })
}

fn elements(
    json: &serde_json::Value,
    element: &Type,
    wrong: &dyn Fn() -> FromJsonError,
) -> Result<Vec<Value>, FromJsonError> {
    let items = json.as_array().ok_or_else(wrong)?.iter().enumerate();
    items.map(|(index, item)| inside(Value::from_json(item, element), &PathStep::Index(index))).collect()
}

fn object_to_json(object: &Object) -> serde_json::Value {
    let items: serde_json::Map<_, _> =
        object.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect();
    items.into()
}

fn number_to_json(number: &Number) -> serde_json::Value {
    if let Some(whole) = number.to_i64() {
        return whole.into();
    }
    let text = number.to_string();
    let float = number.to_f64();
    match serde_json::Number::from_f64(float) {
        Some(json) if Number::parse(&json.to_string()).as_ref() == Ok(number) => json.into(),
        _ => text.into(),
    }
}

fn number_from_json(json: &serde_json::Value) -> Option<Value> {
    let text = match json {
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::String(text) => text.clone(),
        _ => return None,
    };
    Number::parse(&text).ok().map(Value::Number)
}

/// The order of elements in a set: numbers and strings by themselves, anything else by what is in it.
///
/// Terraform orders what is not primitive by a text of its contents, in which an attribute's name does not occur.
fn set_order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null(_), Value::Null(_)) => Ordering::Equal,
        (Value::Null(_), _) => Ordering::Greater,
        (_, Value::Null(_)) => Ordering::Less,
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => contents(left).cmp(&contents(right)),
    }
}

/// The text by which sets order what is not primitive.
fn contents(value: &Value) -> String {
    let joined = |open: char, close: char| {
        let mut text = String::from(open);
        for part in value.parts() {
            text.push_str(&contents(part));
            text.push(';');
        }
        text.push(close);
        text
    };
    match value {
        Value::Null(_) => "~".to_owned(),
        Value::Bool(true) => "T".to_owned(),
        Value::Bool(false) => "F".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(_) | Value::Set(_) => joined('[', ']'),
        Value::Tuple(_) | Value::Object(_) => joined('<', '>'),
        Value::Map(map) => {
            let entries: Vec<String> =
                map.items.iter().map(|(key, item)| format!("{key:?}:{};", contents(item))).collect();
            format!("{{{}}}", entries.concat())
        }
        Value::Unknown(_) => "?".to_owned(),
        Value::Marked(marked) => contents(&marked.value),
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

/// One line for logs and test failures; what is sensitive is not in it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = |f: &mut fmt::Formatter<'_>, object: &Object| {
            f.write_str("{")?;
            for (index, (name, value)) in object.iter().enumerate() {
                write!(f, "{}{name:?}: {value}", if index == 0 { "" } else { ", " })?;
            }
            f.write_str("}")
        };
        match self {
            Self::Null(_) => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::String(text) => write!(f, "{text:?}"),
            Self::List(_) | Self::Set(_) | Self::Tuple(_) => {
                f.write_str("[")?;
                for (index, item) in self.parts().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(map) => entries(f, &map.items),
            Self::Object(object) => entries(f, object),
            Self::Unknown(_) => f.write_str("(known after apply)"),
            Self::Marked(marked) if marked.marks.contains(Marks::SENSITIVE) => {
                f.write_str("(sensitive value)")
            }
            Self::Marked(marked) if marked.marks.contains(Marks::EPHEMERAL) => {
                f.write_str("(ephemeral value)")
            }
            Self::Marked(marked) => fmt::Display::fmt(&marked.value, f),
        }
    }
}

/// As [`fmt::Display`], with the kind of collection before it, so that a failing test can tell them apart.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(_) | Self::Set(_) | Self::Map(_) | Self::Unknown(_) | Self::Null(_) => {
                write!(f, "{self}: {}", self.type_of())
            }
            _ => fmt::Display::fmt(self, f),
        }
    }
}

/// Never the value itself.
impl fmt::Debug for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({:?})", self.marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sensitive_value_is_in_no_text() {
        let secret = Value::object([("key", Value::string("hunter2").sensitive())]);
        assert_eq!(format!("{secret}"), r#"{"key": (sensitive value)}"#);
        assert!(!format!("{secret:?}").contains("hunter2"));
        if let Value::Marked(marked) = secret.attribute("key").unwrap() {
            assert!(!format!("{marked:?}").contains("hunter2"));
        }
    }

    #[test]
    fn marks_unite_and_stay_with_their_part() {
        let secret = Value::string("x").sensitive().with_marks(Marks::EPHEMERAL);
        assert!(secret.marks().contains(Marks::SENSITIVE) && secret.marks().contains(Marks::EPHEMERAL));
        let object = Value::object([("a", secret), ("b", Value::from(1i64))]);
        assert!(object.marks().is_empty());
        assert!(object.attribute("b").unwrap().marks().is_empty());
        let (plain, marks) = object.unmark_deep();
        assert_eq!(plain, Value::object([("a", Value::string("x")), ("b", Value::from(1i64))]));
        assert!(marks.contains(Marks::SENSITIVE));
    }

    #[test]
    fn sets_are_sorted_and_distinct() {
        let set = Value::set(Type::String, ["b", "a", "b"].map(Value::string));
        assert_eq!(set.to_string(), r#"["a", "b"]"#);
        let unknown = Value::unknown(Type::String);
        let set = Value::set(Type::String, [unknown.clone(), unknown]);
        assert_eq!(set.as_slice().unwrap().len(), 2);
        let set = Value::set(Type::String, [Value::string("a").sensitive()]);
        assert!(set.is_sensitive());
    }

    #[test]
    fn strings_are_composed() {
        assert_eq!(Value::string("e\u{301}"), Value::string("\u{e9}"));
    }

    #[test]
    fn json_keeps_numbers_exactly() {
        let check = |text: &str, expected: serde_json::Value| {
            let value = Value::Number(Number::parse(text).unwrap());
            assert_eq!(value.to_json(), expected, "{text}");
            assert_eq!(Value::from_json(&expected, &Type::Number), Ok(value), "{text}");
        };
        check("1", json!(1));
        check("0.1", json!(0.1));
        check("9007199254740993", json!(9_007_199_254_740_993i64));
        check("123456789012345678901234567890", json!("123456789012345678901234567890"));
        check("0.1234567890123456789012345", json!("0.1234567890123456789012345"));
    }

    #[test]
    fn json_is_read_by_type() {
        let attributes = [("a", Type::set(Type::String)), ("b", Type::map(Type::Bool)), ("c", Type::Number)];
        let ty = Type::Object(attributes.map(|(name, ty)| (Arc::from(name), ty)).into());
        let json = json!({"a": ["x", "x"], "b": {"k": true}});
        let expected = Value::object([
            ("a", Value::set(Type::String, [Value::string("x")])),
            ("b", Value::map(Type::Bool, [("k", Value::from(true))])),
            ("c", Value::null_of(Type::Number)),
        ]);
        assert_eq!(Value::from_json(&json, &ty), Ok(expected));
        let error = Value::from_json(&json!({"b": {"k": 1}}), &ty).unwrap_err();
        assert_eq!(error.to_string(), r#"bool expected at .b["k"]"#);
    }

    #[test]
    fn a_walk_names_every_part() {
        let value = Value::object([("a", Value::tuple([Value::from(1i64)]).sensitive())]);
        let mut seen = Vec::new();
        value.walk(&mut |path, part| {
            let path: String = path.iter().map(ToString::to_string).collect();
            seen.push(format!("{path}={}", part.type_of()));
        });
        assert_eq!(seen, ["=object({a=tuple([number])})", ".a=tuple([number])", ".a[0]=number"]);
    }
}
