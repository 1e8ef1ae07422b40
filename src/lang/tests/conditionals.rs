//! Conditions and the types of their results. What stands right is what `terraform console` 1.11.4 printed.

use super::{prints, refuses};

const PRINTED: &[(&str, &str)] = &[
    ("true?1:2", "1"),
    ("true ? 1 : false ? 2 : 3", "1"),
    ("true ? 1 : nosuch()", "1"),
    ("true ? 1 : [][0]", "1"),
    (r#"true ? [1] : ["a"]"#, "[\n  \"1\",\n]"),
    ("true ? {a=1} : {b=2}", "tomap({\n  \"a\" = 1\n})"),
    (r#"true ? {a=1} : {a="x"}"#, "{\n  \"a\" = \"1\"\n}"),
    ("true ? [1,2] : [1]", "tolist([\n  1,\n  2,\n])"),
    (r#"true ? [1,"a"] : [1]"#, "tolist([\n  \"1\",\n  \"a\",\n])"),
    (r#"true ? 1 : "a""#, r#""1""#),
    ("true ? tolist([1]) : toset([1])", "tolist([\n  1,\n])"),
    ("true ? null : 1", "tonumber(null)"),
    ("true ? {} : {a=1}", "tomap({})"),
    (r#"true ? tomap({a=1}) : {b="x"}"#, "tomap({\n  \"a\" = \"1\"\n})"),
    ("true ? sensitive(1) : 2", "(sensitive value)"),
    ("sensitive(true) ? 1 : 2", "(sensitive value)"),
    (r#"1 + 1 == 2 ? "yes" : "no""#, r#""yes""#),
    ("true ? false ? 1 : 2 : 3", "2"),
    (r#""true" ? 1 : 2"#, "1"),
    ("true ? null : null", "null"),
    (r#"true ? null : "a""#, "tostring(null)"),
    (r#"false ? null : "a""#, r#""a""#),
    ("true ? [] : [1]", "tolist([])"),
    (r#"true ? [] : ["a", 1]"#, "tolist([])"),
    ("true ? [1] : []", "tolist([\n  1,\n])"),
    ("true ? {a=1} : {}", "tomap({\n  \"a\" = 1\n})"),
    (r#"true ? {a=1,b="x"} : {a=1}"#, "tomap({\n  \"a\" = \"1\"\n  \"b\" = \"x\"\n})"),
    (r#"true ? [1,2] : ["a","b"]"#, "[\n  \"1\",\n  \"2\",\n]"),
    (r#"true ? [1,2] : tolist(["a"])"#, "tolist([\n  \"1\",\n  \"2\",\n])"),
    (r#"true ? tolist([1]) : [1,"a"]"#, "tolist([\n  \"1\",\n])"),
    ("true ? toset([1]) : [1]", "toset([\n  1,\n])"),
    ("true ? [1] : toset([1])", "toset([\n  1,\n])"),
    (r#"true ? {a=1} : tomap({b="x"})"#, "tomap({\n  \"a\" = \"1\"\n})"),
    (r#"true ? tomap({a=1}) : tomap({a="x"})"#, "tomap({\n  \"a\" = \"1\"\n})"),
    (r#"true ? tolist([1]) : tolist(["a"])"#, "tolist([\n  \"1\",\n])"),
    (r#"true ? [[1]] : [["a"],[]]"#, "tolist([\n  tolist([\n    \"1\",\n  ]),\n])"),
    ("true ? {a={b=1}} : {a={c=1}}", "{\n  \"a\" = tomap({\n    \"b\" = 1\n  })\n}"),
    ("true ? {a=null} : {a=1}", "{\n  \"a\" = tonumber(null)\n}"),
    ("true ? [null] : [1]", "[\n  tonumber(null),\n]"),
    ("true ? [null, 1] : [1]", "tolist([\n  tonumber(null),\n  1,\n])"),
    (r#"true ? true : "a""#, r#""true""#),
    (r#"true ? 1.5 : "a""#, r#""1.5""#),
    ("true ? null : [1]", "null /* tuple */"),
    ("true ? null : {a=1}", "null /* object */"),
    ("true ? [{a=1}] : [{a=2,b=3}]", "[\n  tomap({\n    \"a\" = 1\n  }),\n]"),
];

const REFUSED: &[&str] = &[
    "1?2:3",
    "true ? 1 : true",
    "true ? [] : {}",
    "true ? [1,{a=1}] : [2]",
    "1 ? 2 : 3",
    "null ? 1 : 2",
    r#""x" ? 1 : 2"#,
    "[] ? 1 : 2",
    "true ? 1 :",
    "true ? : 2",
    "true ? {a=1,b=[]} : {a=1}",
    "true ? 1 : [1]",
    r#"true ? "a" : [1]"#,
    r#"false ? "a${[][0]}" : {}"#,
    "true ? {} : 1 + [][0]",
];

#[test]
fn values_are_printed_as_terraform_prints_them() {
    prints(PRINTED);
}

#[test]
fn what_terraform_refuses_is_refused() {
    refuses(REFUSED);
}
