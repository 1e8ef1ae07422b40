//! Objects by their ids, in the order in which they came: found at once, paged at once, written as a plain list.

use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object that has an id of its own.
pub trait Identified {
    /// The id, unique within its table.
    fn id(&self) -> &str;
}

/// Objects by id, in the order of their arrival.
#[derive(Clone, Debug)]
pub struct Table<T>(IndexMap<String, Box<T>>);

impl<T> Table<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one with this id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.0.get(id).map(Box::as_ref)
    }

    /// The one with this id, to be changed. Its id must stay what it is.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.0.get_mut(id).map(Box::as_mut)
    }

    /// The one at this place.
    pub fn at(&self, index: usize) -> Option<&T> {
        self.0.get_index(index).map(|(_, value)| value.as_ref())
    }

    /// All, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.0.values().map(Box::as_ref)
    }

    /// All, in order, to be changed. Their ids must stay what they are.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.values_mut().map(Box::as_mut)
    }

    /// All, in order, taken out.
    pub fn into_values(self) -> impl Iterator<Item = T> {
        self.0.into_values().map(|value| *value)
    }

    /// Keeps those that are worth it, in their order.
    pub fn retain(&mut self, is_kept: impl Fn(&T) -> bool) {
        self.0.retain(|_, value| is_kept(value));
    }

    /// Takes one out; the order of the others stays.
    pub fn remove(&mut self, id: &str) -> Option<T> {
        self.0.shift_remove(id).map(|value| *value)
    }
}

impl<T: Identified> Table<T> {
    /// Adds one at the end, or puts it in the place of the one with the same id.
    pub fn insert(&mut self, value: T) {
        self.0.insert(value.id().to_owned(), Box::new(value));
    }
}

/// The values, in their order; of two with one id the later one.
impl<T: Identified> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut table = Table::default();
        values.into_iter().for_each(|value| table.insert(value));
        table
    }
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table(IndexMap::new())
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de> + Identified> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Table<T>, D::Error> {
        deserializer.deserialize_seq(TableVisitor(PhantomData))
    }
}

struct TableVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Identified> Visitor<'de> for TableVisitor<T> {
    type Value = Table<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Table<T>, A::Error> {
        let mut table = Table::default();
        while let Some(value) = list.next_element::<T>()? {
            if table.get(value.id()).is_some() {
                return Err(A::Error::custom(format_args!("the id `{}` is given twice", value.id())));
            }
            table.insert(value);
        }
        Ok(table)
    }
}
