//! When two values are the same: the one question that decides whether anything is done.

use std::sync::Arc;

use crate::model::plan::AttributeChange;
use crate::model::schema::Schema;
use crate::model::value::{Object, Value};

/// Whether two attribute values are the same. An absent one is the same as `null`, whatever its type; marks say
/// who may see a value and not what it is.
pub fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left.filter(|value| !value.is_null()), right.filter(|value| !value.is_null())) {
        (None, None) => true,
        (Some(left), Some(right)) => left == right || left.unmark_deep().0 == right.unmark_deep().0,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// The attributes of the schema in which two objects differ, by name, without causes.
pub fn differences(schema: &Schema, before: &Object, after: &Object) -> Vec<AttributeChange> {
    let mut changes: Vec<AttributeChange> = schema
        .attributes
        .iter()
        .filter(|attribute| !same(before.get(attribute.name), after.get(attribute.name)))
        .map(|attribute| AttributeChange {
            name: Arc::from(attribute.name),
            before: before.get(attribute.name).cloned(),
            after: after.get(attribute.name).cloned(),
            forces_replacement: false,
            cause: None,
        })
        .collect();
    changes.sort_by(|left, right| left.name.cmp(&right.name));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::Type;

    #[test]
    fn absent_and_null_are_the_same_and_marks_do_not_count() {
        let check = |left: Option<Value>, right: Option<Value>, expected: bool| {
            assert_eq!(same(left.as_ref(), right.as_ref()), expected, "{left:?} {right:?}");
        };
        check(None, None, true);
        check(None, Some(Value::null()), true);
        check(Some(Value::Null(Type::String)), Some(Value::null()), true);
        check(Some(Value::string("a")), Some(Value::string("a")), true);
        check(Some(Value::string("a")), Some(Value::string("b")), false);
        check(Some(Value::string("a")), None, false);
        check(Some(Value::string("a")), Some(Value::string("a").sensitive()), true);
        check(Some(Value::from(true)), Some(Value::string("true")), false);
    }
}
