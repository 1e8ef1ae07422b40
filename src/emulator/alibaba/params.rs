//! Parameters as they travel: flat names and texts, in the query and in the form body.
//!
//! Where a parameter travels is not strict: query and body are read as one, as the service does for Terraform's
//! provider. Unknown parameters are ignored, as the gateway does.

use std::ops::RangeInclusive;

use super::error::ApiError;

/// The decoded parameters of a request. Of a name given twice the first counts.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

/// One filter of a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    /// What it looks at.
    pub key: String,
    /// How it compares.
    pub operator: Option<String>,
    /// What it compares with.
    pub values: Vec<String>,
}

impl Params {
    /// The parameters of a query, then those of a form.
    pub fn new(query: Vec<(String, String)>, form: Vec<(String, String)>) -> Params {
        let mut all = query;
        all.extend(form);
        Params(all)
    }

    /// A parameter's text, if it was sent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter's text, if it was sent and is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A parameter that the gateway insists on.
    pub fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.filled(name).ok_or_else(|| ApiError::missing(name))
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| ApiError::invalid(name, "it must be an integer"))
    }

    /// A boolean; SDKs write `true` or `True`.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.filled(name) {
            None => Ok(None),
            Some("true" | "True" | "TRUE") => Ok(Some(true)),
            Some("false" | "False" | "FALSE") => Ok(Some(false)),
            Some(_) => Err(ApiError::invalid(name, "it must be true or false")),
        }
    }

    /// One of these words.
    pub fn one_of<'a>(&'a self, name: &str, words: &[&str]) -> Result<Option<&'a str>, ApiError> {
        match self.filled(name) {
            Some(word) if !words.contains(&word) => {
                Err(ApiError::bad_request(format!("{name} must be one of {}.", words.join(", "))))
            }
            word => Ok(word),
        }
    }

    /// A JSON array of texts in one parameter, of at most so many.
    pub fn json_texts(&self, name: &str, most: usize) -> Result<Option<Vec<String>>, ApiError> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        let list: Vec<String> = serde_json::from_str(text)
            .map_err(|_| ApiError::invalid(name, "it must be a JSON array of texts"))?;
        if list.len() > most {
            return Err(ApiError::invalid(name, &format!("it must not name more than {most}")));
        }
        Ok(Some(list))
    }

    /// A list flattened into `Name.1`, `Name.2`.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.members(name)
            .into_iter()
            .filter(|(_, rest, _)| rest.is_empty())
            .map(|(_, _, value)| value)
            .collect()
    }

    /// Pairs flattened into `Tag.1.Key` and `Tag.1.Value`.
    pub fn pairs(&self, name: &str) -> Vec<(String, Option<String>)> {
        let numbers = self.numbers(name);
        let pair = |number: u32| {
            let key = self.filled(&format!("{name}.{number}.Key"))?.to_owned();
            Some((key, self.text(&format!("{name}.{number}.Value")).map(str::to_owned)))
        };
        numbers.into_iter().filter_map(pair).collect()
    }

    /// Filters flattened into `Filters.1.Key`, `.Operator` and `.Values.1`.
    pub fn filters(&self) -> Result<Vec<Filter>, ApiError> {
        self.numbers("Filters").into_iter().map(|number| self.filter(number)).collect()
    }

    fn filter(&self, number: u32) -> Result<Filter, ApiError> {
        let key = self.filled(&format!("Filters.{number}.Key"));
        let key = key.ok_or_else(|| ApiError::bad_request(format!("Filter {number} has no Key.")))?;
        let values: Vec<String> =
            self.list(&format!("Filters.{number}.Values")).into_iter().map(str::to_owned).collect();
        if values.is_empty() {
            return Err(ApiError::bad_request(format!("Filter {number} has no Values.")));
        }
        let operator = self.filled(&format!("Filters.{number}.Operator")).map(str::to_owned);
        Ok(Filter { key: key.to_owned(), operator, values })
    }

    fn numbers(&self, name: &str) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.members(name).into_iter().map(|(number, _, _)| number).collect();
        numbers.dedup();
        numbers
    }

    /// The members of a list, by number: the number, what follows it, the value.
    fn members(&self, name: &str) -> Vec<(u32, &str, &str)> {
        let mut members: Vec<(u32, &str, &str)> = self
            .0
            .iter()
            .filter_map(|(known, value)| {
                let rest = known.strip_prefix(name)?.strip_prefix('.')?;
                let (number, rest) = rest.split_once('.').unwrap_or((rest, ""));
                Some((number.parse().ok()?, rest, value.as_str()))
            })
            .collect();
        members.sort_unstable();
        members
    }
}

/// A page of a listing that is counted in pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// From 1.
    pub number: usize,
    /// How many on a page.
    pub size: usize,
}

impl Page {
    /// The page that was asked for; the first ten if none was.
    ///
    /// Source: HBR API 2017-09-08, the listings' `PageNumber` and `PageSize`: from 1, 1 to 99, default 10.
    pub fn of(params: &Params, most: usize) -> Result<Page, ApiError> {
        let number = bounded(params, "PageNumber", 1, 1..=1_000_000)?;
        let size = bounded(params, "PageSize", 10, 1..=most)?;
        Ok(Page { number, size })
    }

    /// How many come before it.
    pub fn skip(self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    /// Its part of a listing.
    pub fn cut<T>(self, all: impl Iterator<Item = T>) -> Vec<T> {
        all.skip(self.skip()).take(self.size).collect()
    }
}

fn bounded(
    params: &Params,
    name: &str,
    default: usize,
    range: RangeInclusive<usize>,
) -> Result<usize, ApiError> {
    let Some(number) = params.integer(name)? else { return Ok(default) };
    let number = usize::try_from(number).ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        ApiError::bad_request(format!("{name} must be from {} to {}.", range.start(), range.end()))
    })
}

/// Reads `name=value&name=value` as forms and queries write it: `+` and `%20` are both a space.
///
/// # Errors
/// When an escape is broken or the bytes are not UTF-8.
pub fn parse_form(text: &str) -> Result<Vec<(String, String)>, ApiError> {
    let broken = || ApiError::new(400, "InvalidParameter", "The parameters are not form-encoded UTF-8.");
    let pair = |piece: &str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        Some((percent_decode(name)?, percent_decode(value)?))
    };
    text.split('&').filter(|piece| !piece.is_empty()).map(|piece| pair(piece).ok_or_else(broken)).collect()
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Encodes a text as signatures want it: everything but letters, digits and `-_.~` as `%XX`.
///
/// Source: "Request structure and signature V3", percent-encoding by RFC 3986.
pub fn percent_encode(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(text: &str) -> Params {
        Params::new(parse_form(text).unwrap(), Vec::new())
    }

    #[test]
    fn forms_are_decoded() {
        let check = |text: &str, expected: Option<&str>| {
            let read = parse_form(text).ok().map(|pairs| {
                pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(";")
            });
            assert_eq!(read.as_deref(), expected, "{text}");
        };
        check("", Some(""));
        check("a=1&b=2", Some("a=1;b=2"));
        check("a=x+y%20z", Some("a=x y z"));
        check("a=%E8%AE%A1", Some("a=计"));
        check("a", Some("a="));
        check("a=b=c", Some("a=b=c"));
        check("a=%zz", None);
        check("a=%e", None);
        check("a=%ff", None);
        check("a=%+1", None);
    }

    #[test]
    fn lists_come_in_the_order_of_their_numbers() {
        let check = |text: &str, expected: &[&str]| assert_eq!(params(text).list("P"), expected, "{text}");
        check("P.2=b&P.1=a", &["a", "b"]);
        check("P.10=j&P.9=i", &["i", "j"]);
        check("Q.1=a&P=b&P.x=c&P.1.Key=d", &[]);
    }

    #[test]
    fn filters_need_a_key_and_values() {
        let check = |text: &str, expected: Option<&str>| {
            let read = params(text).filters().ok().map(|filters| {
                let texts: Vec<String> = filters
                    .iter()
                    .map(|f| {
                        format!("{} {} {}", f.key, f.operator.as_deref().unwrap_or("-"), f.values.join(","))
                    })
                    .collect();
                texts.join(";")
            });
            assert_eq!(read.as_deref(), expected, "{text}");
        };
        check("", Some(""));
        check("Filters.1.Key=planId&Filters.1.Values.1=a&Filters.1.Values.2=b", Some("planId - a,b"));
        check("Filters.1.Key=Status&Filters.1.Operator=EQUAL&Filters.1.Values.1=x", Some("Status EQUAL x"));
        check("Filters.1.Key=planId", None);
        check("Filters.1.Values.1=a", None);
    }

    #[test]
    fn pages_keep_the_vendors_bounds() {
        let check = |text: &str, expected: Option<(usize, usize)>| {
            let page = Page::of(&params(text), 99).ok().map(|page| (page.number, page.size));
            assert_eq!(page, expected, "{text}");
        };
        check("", Some((1, 10)));
        check("PageNumber=3&PageSize=99", Some((3, 99)));
        check("PageSize=100", None);
        check("PageSize=0", None);
        check("PageSize=-1", None);
        check("PageNumber=0", None);
        check("PageNumber=one", None);
    }

    #[test]
    fn booleans_are_written_in_more_than_one_way() {
        let check = |text: &str, expected: Option<Option<bool>>| {
            assert_eq!(params(text).boolean("B").ok(), expected, "{text}");
        };
        check("", Some(None));
        check("B=true", Some(Some(true)));
        check("B=False", Some(Some(false)));
        check("B=1", None);
    }
}
