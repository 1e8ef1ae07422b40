//! `csvdecode`: as strict about quotes and lengths as Terraform.

use super::{Failure, Function, Kind, Outcome, Parameter};
use crate::model::types::Type;
use crate::model::value::Value;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("csvdecode", &[Parameter::string("str")], Kind::List(&Kind::Any), |args| {
        decode(args.text(0))
    })];

fn decode(text: &str) -> Outcome {
    let mut records = Records { rest: text, line: 1 };
    let Some(header) = records.next()? else { return Err(Failure::at(0, "missing header line")) };
    let mut names = std::collections::BTreeSet::new();
    for name in &header {
        if !names.insert(name.as_str()) {
            return Err(Failure::at(0, format!("duplicate column name {name:?}")));
        }
    }
    let mut rows = Vec::new();
    loop {
        let line = records.line;
        let Some(record) = records.next()? else { break };
        if record.len() != header.len() {
            let message = format!("record on line {line}: wrong number of fields");
            return Err(Failure::at(0, message));
        }
        let fields = header.iter().zip(record);
        rows.push(Value::object(fields.map(|(name, field)| (name.as_str(), Value::string(field)))));
    }
    let types = header.iter().map(|name| (name.as_str().into(), Type::String));
    Ok(Value::list(Type::Object(types.collect()), rows))
}

/// Records of a text, one after the other.
struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl Records<'_> {
    fn next(&mut self) -> Result<Option<Vec<String>>, Failure> {
        while let Some(rest) = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n')) {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut fields = Vec::new();
        loop {
            let field = if let Some(rest) = self.rest.strip_prefix('"') {
                self.rest = rest;
                self.quoted()?
            } else {
                self.plain()?
            };
            fields.push(field);
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
        if let Some(rest) = rest {
            self.rest = rest;
            self.line += 1;
        }
        Ok(Some(fields))
    }

    fn plain(&mut self) -> Result<String, Failure> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        self.rest = rest;
        let ends_line = rest.is_empty() || rest.starts_with('\n');
        let field = if ends_line { field.strip_suffix('\r').unwrap_or(field) } else { field };
        if field.contains('"') {
            return Err(self.wrong("bare \" in a field without quotes"));
        }
        Ok(field.to_owned())
    }

    fn quoted(&mut self) -> Result<String, Failure> {
        let mut field = String::new();
        loop {
            let Some(quote) = self.rest.find('"') else {
                return Err(self.wrong("a quoted field is never closed"));
            };
            field.push_str(&self.rest[..quote]);
            self.rest = &self.rest[quote + 1..];
            if let Some(rest) = self.rest.strip_prefix('"') {
                field.push('"');
                self.rest = rest;
                continue;
            }
            self.line += field.matches('\n').count();
            let ends =
                self.rest.is_empty() || self.rest.starts_with([',', '\n']) || self.rest.starts_with("\r\n");
            return if ends {
                Ok(field.replace("\r\n", "\n"))
            } else {
                Err(self.wrong("something follows a closing quote"))
            };
        }
    }

    fn wrong(&self, what: &str) -> Failure {
        Failure::at(0, format!("parse error on line {}: {what}", self.line))
    }
}
