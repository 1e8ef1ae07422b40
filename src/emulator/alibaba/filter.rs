//! Conditions of listings and searches: all must hold, any value of one is enough, keys are compared without case.
//!
//! Sources: HBR API 2017-09-08, `DescribeBackupJobs2` (`Filters`) and `SearchHistoricalSnapshots` (`Query`). The page of
//! jobs documents upper camel case and the operations guide sends lower camel case, so case cannot matter.

use serde_json::Value as Json;

use super::error::ApiError;
use super::params::{Filter, Params};

/// How the keys of conditions are compared with those of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spelling {
    /// Whatever their case.
    Any,
    /// As they are written there.
    Documented,
}

/// What an object has under a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Field<'a> {
    /// A text.
    Text(&'a str),
    /// A number, such as a time.
    Number(i64),
}

/// Conditions that an object must fulfil, all of them.
#[derive(Debug)]
pub struct Conditions(Vec<Condition>);

#[derive(Debug)]
struct Condition {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operator {
    Is,
    IsNot,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Between,
}

impl Conditions {
    /// The filters of a listing, whose keys are these.
    ///
    /// # Errors
    /// When a filter has another key, or an operator or values that do not fit.
    pub fn of_filters(params: &Params, keys: &[&str], spelling: Spelling) -> Result<Conditions, ApiError> {
        params.filters()?.into_iter().map(|filter| Condition::of_filter(filter, keys, spelling)).collect()
    }

    /// The query of a search, whose fields are these.
    ///
    /// # Errors
    /// When it is no JSON array of `field`, `value` and `operation`, or one of them does not fit.
    pub fn of_query(text: &str, keys: &[&str], spelling: Spelling) -> Result<Conditions, ApiError> {
        let wrong = || {
            ApiError::bad_request("Query must be a JSON array of objects with field, value and operation.")
        };
        let list: Vec<Json> = serde_json::from_str(text).map_err(|_| wrong())?;
        let condition = |item: &Json| {
            let field = item.get("field").and_then(Json::as_str).ok_or_else(wrong)?;
            let operation = item.get("operation").and_then(Json::as_str).ok_or_else(wrong)?;
            let values = texts(item.get("value").ok_or_else(wrong)?).ok_or_else(wrong)?;
            let operator = match operation {
                "MATCH_TERM" if values.len() == 1 => Operator::Is,
                "IN" => Operator::Is,
                "NOT_IN" => Operator::IsNot,
                other => comparison(other).ok_or_else(|| unknown_operator(other))?,
            };
            Condition::new(field, operator, values, (keys, spelling))
        };
        list.iter().map(condition).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The only values that an object may have under this key, if a condition says so.
    pub fn only(&self, key: &str) -> Option<&[String]> {
        let says_so = |condition: &&Condition| {
            condition.operator == Operator::Is && condition.key.eq_ignore_ascii_case(key)
        };
        self.0.iter().find(says_so).map(|condition| condition.values.as_slice())
    }

    /// Whether an object fulfils all of them; `field` gives what it has under a key in lower case.
    pub fn hold<'a>(&self, field: impl Fn(&str) -> Field<'a>) -> bool {
        self.0.iter().all(|condition| condition.holds(&field(&condition.key)))
    }
}

impl FromIterator<Condition> for Conditions {
    fn from_iter<I: IntoIterator<Item = Condition>>(conditions: I) -> Conditions {
        Conditions(conditions.into_iter().collect())
    }
}

impl Condition {
    fn of_filter(filter: Filter, keys: &[&str], spelling: Spelling) -> Result<Condition, ApiError> {
        let is_complete_time = filter.key.eq_ignore_ascii_case("CompleteTime");
        let operator = match filter.operator.as_deref() {
            // Source: `DescribeBackupJobs2`: IN is not allowed for CompleteTime.
            Some("IN") if is_complete_time => {
                return Err(ApiError::bad_request("The operator IN is not supported for CompleteTime."));
            }
            None | Some("IN" | "EQUAL") => Operator::Is,
            Some("NOT_EQUAL") => Operator::IsNot,
            Some(other) => comparison(other).ok_or_else(|| unknown_operator(other))?,
        };
        Condition::new(&filter.key, operator, filter.values, (keys, spelling))
    }

    fn new(
        key: &str,
        operator: Operator,
        values: Vec<String>,
        (keys, spelling): (&[&str], Spelling),
    ) -> Result<Condition, ApiError> {
        let is_key = |known: &&str| match spelling {
            Spelling::Any => known.eq_ignore_ascii_case(key),
            Spelling::Documented => *known == key,
        };
        if !keys.iter().any(is_key) {
            return Err(ApiError::bad_request(format!("{key} cannot be filtered by.")));
        }
        let key = key.to_ascii_lowercase();
        let count = match operator {
            Operator::Is | Operator::IsNot => values.len(),
            Operator::Between => 2,
            Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual => 1,
        };
        let is_number = |value: &String| value.parse::<i64>().is_ok();
        if values.len() != count || is_time(&key) && !values.iter().all(is_number) {
            return Err(ApiError::bad_request(format!("The values for {key} do not fit.")));
        }
        Ok(Condition { key, operator, values })
    }

    fn holds(&self, field: &Field) -> bool {
        let values: Vec<Field> = self.values.iter().map(|value| like(field, value)).collect();
        match (self.operator, values.as_slice()) {
            (Operator::Is, values) => values.contains(field),
            (Operator::IsNot, values) => !values.contains(field),
            (Operator::Greater, [value, ..]) => field > value,
            (Operator::GreaterOrEqual, [value, ..]) => field >= value,
            (Operator::Less, [value, ..]) => field < value,
            (Operator::LessOrEqual, [value, ..]) => field <= value,
            (Operator::Between, [low, high, ..]) => low <= field && field <= high,
            (_, _) => false,
        }
    }
}

/// A condition's value as the kind of thing that it is compared with.
fn like<'a>(field: &Field, value: &'a str) -> Field<'a> {
    match field {
        Field::Text(_) => Field::Text(value),
        // Conditions on times were checked to be numbers when they were read.
        Field::Number(_) => Field::Number(value.parse().unwrap_or(i64::MIN)),
    }
}

fn is_time(key: &str) -> bool {
    matches!(key, "createdtime" | "completetime" | "createtime")
}

fn comparison(word: &str) -> Option<Operator> {
    Some(match word {
        "GREATER_THAN" => Operator::Greater,
        "GREATER_THAN_OR_EQUAL" => Operator::GreaterOrEqual,
        "LESS_THAN" => Operator::Less,
        "LESS_THAN_OR_EQUAL" => Operator::LessOrEqual,
        "BETWEEN" => Operator::Between,
        _ => return None,
    })
}

fn unknown_operator(word: &str) -> ApiError {
    ApiError::bad_request(format!("{word} is not an operator."))
}

/// One value or several, as texts; times may come as numbers or as texts.
fn texts(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::String(text) => Some(vec![text.clone()]),
        Json::Number(number) => Some(vec![number.to_string()]),
        Json::Array(values) => values.iter().map(|value| texts(value)?.pop()).collect(),
        Json::Null | Json::Bool(_) | Json::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::params::parse_form;
    use super::*;

    const KEYS: [&str; 3] = ["InstanceId", "Status", "CompleteTime"];

    fn outcome(conditions: Result<Conditions, ApiError>) -> Result<bool, String> {
        let field = |key: &str| match key {
            "instanceid" => Field::Text("i-a"),
            "status" => Field::Text("COMPLETE"),
            _ => Field::Number(100),
        };
        conditions.map(|conditions| conditions.hold(field)).map_err(|error| error.code.into_owned())
    }

    #[test]
    fn filters_compare_as_the_vendor_says() {
        let check = |filters: &str, expected: Result<bool, &str>| {
            let text: Vec<String> = filters
                .split(';')
                .enumerate()
                .flat_map(|(at, filter)| {
                    let n = at + 1;
                    let mut words = filter.split(' ');
                    let mut parts = vec![format!("Filters.{n}.Key={}", words.next().unwrap())];
                    let operator = words.next().filter(|word| *word != "-");
                    parts.extend(operator.map(|word| format!("Filters.{n}.Operator={word}")));
                    parts.extend(words.enumerate().map(|(m, v)| format!("Filters.{n}.Values.{}={v}", m + 1)));
                    parts
                })
                .collect();
            let params = Params::new(parse_form(&text.join("&")).unwrap(), Vec::new());
            let found = outcome(Conditions::of_filters(&params, &KEYS, Spelling::Any));
            assert_eq!(found, expected.map_err(str::to_owned), "{filters}");
        };
        check("InstanceId - i-a", Ok(true));
        check("instanceId - i-b i-a", Ok(true));
        check("instanceid IN i-b", Ok(false));
        check("Status NOT_EQUAL FAILED", Ok(true));
        check("InstanceId - i-a;Status EQUAL FAILED", Ok(false));
        check("CompleteTime GREATER_THAN 100", Ok(false));
        check("CompleteTime GREATER_THAN_OR_EQUAL 100", Ok(true));
        check("CompleteTime LESS_THAN 99", Ok(false));
        check("CompleteTime LESS_THAN_OR_EQUAL 100", Ok(true));
        check("CompleteTime BETWEEN 50 150", Ok(true));
        check("CompleteTime BETWEEN 50", Err("BadRequest"));
        check("CompleteTime IN 100", Err("BadRequest"));
        check("CompleteTime EQUAL soon", Err("BadRequest"));
        check("Colour - red", Err("BadRequest"));
        check("Status LIKE x", Err("BadRequest"));
    }

    #[test]
    fn queries_compare_as_the_vendor_says() {
        let check = |query: &str, expected: Result<bool, &str>| {
            let found = outcome(Conditions::of_query(query, &KEYS, Spelling::Any));
            assert_eq!(found, expected.map_err(str::to_owned), "{query}");
        };
        check("[]", Ok(true));
        check(r#"[{"field":"instanceId","value":"i-a","operation":"MATCH_TERM"}]"#, Ok(true));
        check(r#"[{"field":"InstanceId","value":["i-b","i-a"],"operation":"IN"}]"#, Ok(true));
        check(r#"[{"field":"InstanceId","value":["i-a"],"operation":"NOT_IN"}]"#, Ok(false));
        check(r#"[{"field":"CompleteTime","value":[50,"150"],"operation":"BETWEEN"}]"#, Ok(true));
        check(r#"[{"field":"CompleteTime","value":"99","operation":"LESS_THAN"}]"#, Ok(false));
        check(r#"[{"field":"InstanceId","value":"i-a"}]"#, Err("BadRequest"));
        check(r#"[{"field":"InstanceId","value":{},"operation":"IN"}]"#, Err("BadRequest"));
        check(r#"{"field":"InstanceId"}"#, Err("BadRequest"));
        check("not json", Err("BadRequest"));
    }
}
