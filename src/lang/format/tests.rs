//! The layout against the real tool, and what must hold for any text. What stands right in a table is what
//! `terraform fmt` 1.11.4 printed.

use proptest::prelude::*;

use super::{SourceText, format, format_source};
use crate::lang::token::{Kind, Lexer};
use crate::lang::{Body, NoNames, evaluate, parse_body};
use crate::model::diagnostic::FileId;

#[track_caller]
fn formatted(text: &str) -> String {
    format(FileId(0), text).unwrap_or_else(|problems| panic!("{text:?} is refused: {problems:?}"))
}

/// Every text becomes what stands beside it, and that stays what it is.
fn becomes(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(formatted(text), *expected, "{text:?}");
        if !is_unwrappable(expected) {
            assert_eq!(formatted(expected), *expected, "{text:?}, a second time");
        }
    }
}

/// Whether there is a string left that was in another one: each run takes one off.
fn is_unwrappable(text: &str) -> bool {
    text.contains("\"${")
}

const INDENTATION: &[(&str, &str)] = &[
    ("a {\nb {\nc=1\n}\n}\n", "a {\n  b {\n    c = 1\n  }\n}\n"),
    ("    a = 1\n\t\tb = 2\n", "a = 1\nb = 2\n"),
    ("a = [\n1,\n[\n2,\n],\n]\n", "a = [\n  1,\n  [\n    2,\n  ],\n]\n"),
    ("a = foo(bar(\n1,\n2\n))\n", "a = foo(bar(\n  1,\n  2\n))\n"),
    ("a = [{\nb = 1\n}, {\nb = 2\n}]\n", "a = [{\n  b = 1\n  }, {\n  b = 2\n}]\n"),
    ("a = foo({\nb = [\n1\n]})\n", "a = foo({\n  b = [\n    1\n] })\n"),
    ("a {\nb = [ {\nc = 1\n}\n]\n}\n", "a {\n  b = [{\n    c = 1\n    }\n  ]\n}\n"),
    ("a = (\n1 +\n2\n)\n", "a = (\n  1 +\n  2\n)\n"),
    ("a = b ? [\n1\n] : [\n2\n]\n", "a = b ? [\n  1\n  ] : [\n  2\n]\n"),
    ("a = {\n  b = {}\n\n\n  c = {\n}\n}\n", "a = {\n  b = {}\n\n\n  c = {\n  }\n}\n"),
    ("a {\n\n   \n  # x\n      // y\n/* z\n  z */\n}\n", "a {\n\n\n  # x\n  // y\n  /* z\n  z */\n}\n"),
    ("a = [\n  \"${b({\nc = 1\n})}\",\n]\n", "a = [\n  \"${b({\n    c = 1\n  })}\",\n]\n"),
];

#[test]
fn indentation_follows_brackets() {
    becomes(INDENTATION);
}

const SPACES: &[(&str, &str)] = &[
    ("a=1+2*3-4/5%6\n", "a = 1 + 2 * 3 - 4 / 5 % 6\n"),
    ("a = ! b\n", "a = !b\n"),
    ("a=-1\n", "a = -1\n"),
    ("a = 1 -1\n", "a = 1 - 1\n"),
    ("a = 1 - - 1\n", "a = 1 - -1\n"),
    ("a=(-b)\n", "a = (-b)\n"),
    ("a=[-1,-b]\n", "a = [-1, -b]\n"),
    ("a = b==-1?-c:-d\n", "a = b == -1 ? -c : -d\n"),
    ("a = b && -c\n", "a = b && -c\n"),
    ("a = {b=-1}\n", "a = { b = -1 }\n"),
    ("a = b . c [ 0 ] [ \"d\" ] . e\n", "a = b.c[0][\"d\"].e\n"),
    ("a=b?c:d\n", "a = b ? c : d\n"),
    ("a=b[*].c\n", "a = b[*].c\n"),
    ("a=b.*.c\n", "a = b.*.c\n"),
    ("a = foo( b , c... )\n", "a = foo(b, c...)\n"),
    ("a = foo (b)\n", "a = foo(b)\n"),
    ("a = foo(b ...)\n", "a = foo(b...)\n"),
    ("a = provider :: x :: y(1)\n", "a = provider::x::y(1)\n"),
    ("a={}\n", "a = {}\n"),
    ("a={ }\n", "a = {}\n"),
    ("a=[ ]\n", "a = []\n"),
    ("a=[ 1,2 , 3 ]\n", "a = [1, 2, 3]\n"),
    ("a={b=1,c:2}\n", "a = { b = 1, c : 2 }\n"),
    ("a={ b = 1 , c = 2 }\n", "a = { b = 1, c = 2 }\n"),
    ("b{}\n", "b {}\n"),
    ("b{ }\n", "b {}\n"),
    ("b{a=1}\n", "b { a = 1 }\n"),
    ("b \"x\"{\n}\n", "b \"x\" {\n}\n"),
    ("a=[for x in y:x]\n", "a = [for x in y : x]\n"),
    ("a=[for x in [1]:x if x>1]\n", "a = [for x in [1] : x if x > 1]\n"),
    ("a={for k,v in y:k=>v...}\n", "a = { for k, v in y : k => v... }\n"),
    ("a=[for x in y : [x]]\n", "a = [for x in y : [x]]\n"),
    ("a = {for x in y :x=>[x][0]}\n", "a = { for x in y : x => [x][0] }\n"),
    ("a = in[0]\n", "a = in[0]\n"),
    ("a = b<=c||d>=e&&f!=g\n", "a = b <= c || d >= e && f != g\n"),
    ("a = [b][0][1]\n", "a = [b][0][1]\n"),
    ("a = foo(1)[0]\n", "a = foo(1)[0]\n"),
    ("a = (b)[0]\n", "a = (b)[0]\n"),
    ("a = {b=1}[\"b\"]\n", "a = { b = 1 }[\"b\"]\n"),
    ("a = {(b)=1}\n", "a = { (b) = 1 }\n"),
    ("a = {\"b\"=1}\n", "a = { \"b\" = 1 }\n"),
    ("a = 1[0]\n", "a = 1[0]\n"),
    ("a = /* x */ b /* y */ + /* z */ c\n", "a = /* x */ b /* y */ + /* z */ c\n"),
    ("a /* x */ = b\n", "a /* x */ = b\n"),
    ("/* x */ a = b\n", "/* x */ a = b\n"),
    ("a=[/*x*/1/*y*/,/*z*/2]\n", "a = [/*x*/ 1 /*y*/, /*z*/ 2]\n"),
    ("a = b # x\n", "a = b # x\n"),
    ("a = b// x\n", "a = b // x\n"),
    ("a = [1 , # x\n2]\n", "a = [1, # x\n2]\n"),
];

#[test]
fn spaces_stand_where_tokens_want_them() {
    becomes(SPACES);
}

const TEMPLATES: &[(&str, &str)] = &[
    ("a = \"  x  ${ b }  y  \"\n", "a = \"  x  ${b}  y  \"\n"),
    ("a = \"${b}${ c }\"\n", "a = \"${b}${c}\"\n"),
    ("a = \"x${b+c}y${\"z${d}\"}\"\n", "a = \"x${b + c}y${\"z${d}\"}\"\n"),
    ("a = \"${ {b=1}.b }x\"\n", "a = \"${ { b = 1 }.b}x\"\n"),
    ("a = \"%{ if b }x%{ else }y%{ endif }\"\n", "a = \"%{if b}x%{else}y%{endif}\"\n"),
    ("a = \"%{for x in y}${ x }%{endfor}\"\n", "a = \"%{for x in y}${x}%{endfor}\"\n"),
    ("a = \"x${~ b ~}y\"\n", "a = \"x${~b~}y\"\n"),
    ("a = \"%{ if {b=true}.b }x%{ endif }\"\n", "a = \"%{if { b = true }.b}x%{endif}\"\n"),
    ("a = \"$${b} %%{c} \\\" \\\\ $ %\"\n", "a = \"$${b} %%{c} \\\" \\\\ $ %\"\n"),
    ("a = <<EOT\n  x\n ${ b }y\n\tz\nEOT\n", "a = <<EOT\n  x\n ${b}y\n\tz\nEOT\n"),
    ("a = <<-EOT\n      x\n    EOT\n", "a = <<-EOT\n      x\n    EOT\n"),
    ("b {\na = <<-EOT\n  x\n      EOT   \nc = 1\n}\n", "b {\n  a = <<-EOT\n  x\n      EOT   \n  c = 1\n}\n"),
    ("a = foo(<<EOT\nx\nEOT\n,1)\n", "a = foo(<<EOT\nx\nEOT\n, 1)\n"),
    ("a = [<<EOT\nx\nEOT\n,\n<<EOT\ny\nEOT\n]\n", "a = [<<EOT\nx\nEOT\n  ,\n  <<EOT\ny\nEOT\n]\n"),
    ("a = <<EOT\n${b(\n1\n)}\nx\nEOT\nc = 1\n", "a = <<EOT\n${b(\n1\n)}\nx\nEOT\nc = 1\n"),
    ("b {\na {\nc = [<<EOT\n{[(\nEOT\n]\n}\n}\n", "b {\n  a {\n    c = [<<EOT\n{[(\nEOT\n    ]\n  }\n}\n"),
    ("a = <<EOT\r\n x\r\nEOT\r\nb=1\r\n", "a = <<EOT\r\n x\r\nEOT\r\nb = 1\r\n"),
    ("a = \"x${\nb\n}\"\n", "a = \"x${\n  b\n}\"\n"),
];

#[test]
fn templates_keep_what_is_in_them() {
    becomes(TEMPLATES);
}

const ALIGNMENT: &[(&str, &str)] = &[
    ("a=1\nbbb=2\ncc =3\n", "a   = 1\nbbb = 2\ncc  = 3\n"),
    ("a=1\n\nbbb=2\n", "a = 1\n\nbbb = 2\n"),
    ("a=1\n# x\nbbb=2\n", "a = 1\n# x\nbbb = 2\n"),
    ("a=1\nbbb={\nc=1\n}\ndd=2\n", "a = 1\nbbb = {\n  c = 1\n}\ndd = 2\n"),
    ("a=1\nbbb={c=1}\ndd=[2,\n3]\n", "a   = 1\nbbb = { c = 1 }\ndd = [2,\n3]\n"),
    ("a=1\nb \"c\" {}\nddd=2\n", "a = 1\nb \"c\" {}\nddd = 2\n"),
    ("a {\nb=1\nccc=2\n}\nddddd=3\n", "a {\n  b   = 1\n  ccc = 2\n}\nddddd = 3\n"),
    ("a=1\nbbb=foo(\n1)\n", "a = 1\nbbb = foo(\n1)\n"),
    ("a={\nb=1\nccc:2\ndd=3\n}\n", "a = {\n  b = 1\n  ccc : 2\n  dd = 3\n}\n"),
    ("a={\n\"b\"=1\n(c.d)=2\n}\n", "a = {\n  \"b\"   = 1\n  (c.d) = 2\n}\n"),
    ("a = <<E\nx\nE\nbbb = 1\n", "a   = <<E\nx\nE\nbbb = 1\n"),
    ("bbb = 1\na = <<E\nx\nE\nc = 2\n", "bbb = 1\na   = <<E\nx\nE\nc   = 2\n"),
    ("é=1\nbb=2\n", "é  = 1\nbb = 2\n"),
    (
        "a={\n\"日本\"=1\n\"e\u{301}e\"=2\nb=3\n}\n",
        "a = {\n  \"日本\" = 1\n  \"e\u{301}e\" = 2\n  b    = 3\n}\n",
    ),
    ("a={\n\"👩\u{200d}👧\"=1\nbbb=2\n}\n", "a = {\n  \"👩\u{200d}👧\" = 1\n  bbb = 2\n}\n"),
    ("a = {b=1\nccc=2}\n", "a = { b = 1\nccc = 2 }\n"),
    ("b { a=1 }\nccc { d=2 }\n", "b { a = 1 }\nccc { d = 2 }\n"),
    ("a=1 # x\nbbb=2\n", "a   = 1 # x\nbbb = 2\n"),
];

#[test]
fn assignments_are_aligned() {
    becomes(ALIGNMENT);
}

const COMMENTS: &[(&str, &str)] = &[
    ("a=1 # x\nbbb=22 // y\n", "a   = 1  # x\nbbb = 22 // y\n"),
    ("a=1 # x\nbbb=22\nc=3 # z\n", "a   = 1 # x\nbbb = 22\nc   = 3 # z\n"),
    ("a=1 # x\n# own\nbbb=2 # y\n", "a = 1 # x\n# own\nbbb = 2 # y\n"),
    ("a { # x\nb=1   # y\n} # z\n", "a {     # x\n  b = 1 # y\n}       # z\n"),
    ("a=[ # x\n1, # y\n22, # z\n]\n", "a = [ # x\n  1,  # y\n  22, # z\n]\n"),
    ("a=1 /* x */\nbbb=2 /* y */\n", "a   = 1 /* x */\nbbb = 2 /* y */\n"),
    ("a=1 /* x */ # y\nbbb=2 # z\n", "a   = 1 /* x */ # y\nbbb = 2         # z\n"),
    ("a=1# x", "a = 1 # x"),
    ("a=1 /* x */", "a = 1 /* x */"),
    ("a=1 # x\r\nbbb=2 # y\r\n", "a   = 1 # x\r\nbbb = 2 # y\r\n"),
    ("# x\n  # y\n#z", "# x\n# y\n#z"),
    ("a = \"é\" # x\nb = \"ee\" # y\n", "a = \"é\"  # x\nb = \"ee\" # y\n"),
    ("a = {} # x\nbbb = [1] # y\n\nc=1 # z\n", "a   = {}  # x\nbbb = [1] # y\n\nc = 1 # z\n"),
    ("/* x */ # y\nbbbbbbbbb=1 # z\n", "/* x */       # y\nbbbbbbbbb = 1 # z\n"),
    ("//x\na=1//y\n", "//x\na = 1 //y\n"),
];

#[test]
fn comments_at_the_end_of_lines_are_aligned() {
    becomes(COMMENTS);
}

const ENDS: &[(&str, &str)] = &[
    ("", ""),
    ("\n", "\n"),
    ("\n\n\n", "\n\n\n"),
    ("   ", "   "),
    ("  \n  ", "\n  "),
    ("a=1", "a = 1"),
    ("a=1   ", "a = 1   "),
    ("a=1\n\n\n", "a = 1\n\n\n"),
    ("\n\na=1\n", "\n\na = 1\n"),
    ("\u{feff}a=1\n", "a = 1\n"),
    ("\u{feff}", "   "),
    ("\u{feff}  ", "     "),
    ("\u{feff}# x\n", "# x\n"),
    ("a=1\r\nbbb=2\r\n", "a   = 1\r\nbbb = 2\r\n"),
    ("a=1\r\n\nbbb=2\n", "a = 1\r\n\nbbb = 2\n"),
    ("# x", "# x"),
    ("/* x\n   y */", "/* x\n   y */"),
    ("\t", " "),
    ("a=1 \t\n\tb=2\t", "a = 1\nb = 2 "),
];

#[test]
fn ends_and_beginnings_of_files_stay() {
    becomes(ENDS);
}

const UNWRAPPING: &[(&str, &str)] = &[
    ("a=\"${b}\"\n", "a = b\n"),
    ("a=\"${ b.c[0] }\"\n", "a = b.c[0]\n"),
    ("a=\"${~ b ~}\"\n", "a = b\n"),
    ("a=\"${b}x\"\n", "a = \"${b}x\"\n"),
    ("a=\"x${b}\"\n", "a = \"x${b}\"\n"),
    ("a=\"${b}${c}\"\n", "a = \"${b}${c}\"\n"),
    ("a=\"${b(\"${c}\")}\"\n", "a = b(\"${c}\")\n"),
    ("a=\"${b(\"x${c}y\")}\"\n", "a = b(\"x${c}y\")\n"),
    ("a=\"${\"${b}\"}\"\n", "a = \"${b}\"\n"),
    ("a=\"${\"b\"}\"\n", "a = \"b\"\n"),
    ("a=[\"${b}\"]\n", "a = [\"${b}\"]\n"),
    ("a={b=\"${c}\"}\n", "a = { b = \"${c}\" }\n"),
    ("x {\ny {\na=\"${b}\" # c\n}\n}\n", "x {\n  y {\n    a = b # c\n  }\n}\n"),
    ("a=\"${b}\" == \"${c}\"\n", "a = \"${b}\" == \"${c}\"\n"),
    ("a=\"${b ? \"${c}\" : \"d\"}\"\n", "a = b ? \"${c}\" : \"d\"\n"),
    ("a=\"%{if b}c%{endif}\"\n", "a = \"%{if b}c%{endif}\"\n"),
    ("a=\"${\nb\n}\"\n", "a = b\n"),
    ("a=\"${\nb ?\nc :\nd\n}\"\n", "a = (b ?\n  c :\nd)\n"),
    ("a=\"${(\nb\n)}\"\n", "a = (\n  b\n)\n"),
    ("a=\"${b(\n1,\n2\n)}\"\n", "a = (b(\n  1,\n  2\n))\n"),
    ("a=\"${ /* x */ b }\"\n", "a = /* x */ b\n"),
    ("a=\"${b # x\n}\"\n", "a = b # x\n\n"),
    ("a=\"${b({\nc=1\n})}\"\n", "a = (b({\n  c = 1\n}))\n"),
    ("a=\"${<<E\nx\nE\n}\"\n", "a = <<E\nx\nE\n"),
    ("a=\"${-1}\"\n", "a = -1\n"),
    ("a=\"${b}\"\nccc=\"${d}\"\n", "a   = b\nccc = d\n"),
];

#[test]
fn strings_of_one_interpolation_are_unwrapped() {
    becomes(UNWRAPPING);
}

const TYPES: &[(&str, &str)] = &[
    ("variable \"x\" {\ntype=\"string\"\n}\n", "variable \"x\" {\n  type = string\n}\n"),
    ("variable \"x\" {\ntype=\"list\"\n}\n", "variable \"x\" {\n  type = list(string)\n}\n"),
    ("variable \"x\" {\ntype=\"map\"\n}\n", "variable \"x\" {\n  type = map(string)\n}\n"),
    ("variable \"x\" {\ntype=list\n}\n", "variable \"x\" {\n  type = list(any)\n}\n"),
    ("variable \"x\" {\ntype=map # y\n}\n", "variable \"x\" {\n  type = map(any) # y\n}\n"),
    ("variable \"x\" {\ntype=set\n}\n", "variable \"x\" {\n  type = set(any)\n}\n"),
    ("variable \"x\" {\ntype=\"set\"\n}\n", "variable \"x\" {\n  type = \"set\"\n}\n"),
    ("variable \"x\" {\ntype=string\n}\n", "variable \"x\" {\n  type = string\n}\n"),
    ("variable \"x\" {\ntype=\"number\"\n}\n", "variable \"x\" {\n  type = \"number\"\n}\n"),
    ("variable \"x\" {\ntype=list(map)\n}\n", "variable \"x\" {\n  type = list(map)\n}\n"),
    ("variable \"x\" {\ntype=\"${list}\"\n}\n", "variable \"x\" {\n  type = \"${list}\"\n}\n"),
    ("variable \"x\" {\ntype=(list)\n}\n", "variable \"x\" {\n  type = (list)\n}\n"),
    (
        "variable \"x\" {\ntype = \"string\"\ndefault = \"${y}\"\n}\n",
        "variable \"x\" {\n  type    = string\n  default = y\n}\n",
    ),
    ("variable \"x\" {\ny {\ntype=list\n}\n}\n", "variable \"x\" {\n  y {\n    type = list\n  }\n}\n"),
    ("x {\nvariable \"x\" {\ntype=list\n}\n}\n", "x {\n  variable \"x\" {\n    type = list\n  }\n}\n"),
    ("output \"x\" {\ntype=list\n}\n", "output \"x\" {\n  type = list\n}\n"),
    ("type=list\n", "type = list\n"),
    ("variable x { type=\"list\" }\n", "variable \"x\" { type = list(string) }\n"),
    ("variable {\ntype=\"map\"\n}\n", "variable {\n  type = map(string)\n}\n"),
];

#[test]
fn legacy_types_of_variables_are_replaced() {
    becomes(TYPES);
}

const LABELS: &[(&str, &str)] = &[
    ("a b {}\n", "a \"b\" {}\n"),
    ("a b \"c\" {}\n", "a \"b\" \"c\" {}\n"),
    ("a b c d{\n}\n", "a \"b\" \"c\" \"d\" {\n}\n"),
    ("a /*x*/ b /*y*/ \"c\" /*z*/ {}\n", "a \"b\" \"c\" /*z*/ {}\n"),
    ("a /*x*/ {}\n", "a /*x*/ {}\n"),
    ("a   \"b\"    \"c\"   {}\n", "a \"b\" \"c\" {}\n"),
    ("a \"\" {}\n", "a \"\" {}\n"),
    ("a \"b c\" {}\n", "a \"b c\" {}\n"),
    ("a \"\\\"\\\\\\n\\t\" {}\n", "a \"\\\"\\\\\\n\\t\" {}\n"),
    ("a \"\\u00e9\" {}\n", "a \"é\" {}\n"),
    ("a \"e\u{301}\" e\u{301}x {}\n", "a \"é\" \"éx\" {}\n"),
    ("a \"\\u200b\u{200b}\" {}\n", "a \"\\u200b\\u200b\" {}\n"),
    ("a \"\\U000e0041\" {}\n", "a \"\\U000e0041\" {}\n"),
    ("a \"\\r\" {}\n", "a \"\\r\" {}\n"),
    ("x {\ny z {}\n}\n", "x {\n  y \"z\" {}\n}\n"),
    ("a \"日本\" {}\n", "a \"日本\" {}\n"),
];

#[test]
fn labels_stand_in_quotes() {
    becomes(LABELS);
}

/// What `terraform fmt` would break stays whole.
#[test]
fn nothing_is_lost_where_the_real_tool_loses_it() {
    becomes(&[
        ("a=b[true]\n", "a = b[true]\n"),
        ("a=b[ null ].c\n", "a = b[null].c\n"),
        ("a \"b$c\" d{\n}\n", "a \"b$c\" \"d\" {\n}\n"),
        ("a \"100%\" {}\n", "a \"100%\" {}\n"),
        ("a=\"${(b)\n+ (c)}\"\n", "a = ((b)\n+ (c))\n"),
        ("a=\"${ # x\nb }\"\n", "a = ( # x\nb)\n"),
        ("x { a=\"${b # x\n}\" }\n", "x { a = (b # x\n) }\n"),
        ("a=\"${<<E\nx\nE\n}\" # y\n", "a = \"${<<E\nx\nE\n}\" # y\n"),
    ]);
}

#[test]
fn a_text_that_cannot_be_read_is_refused_with_a_place() {
    for text in [
        "a = ",
        "a {",
        "a }",
        "a = [1\nb = 2\n",
        "a = 1 b = 2\n",
        "\"a\" = 1\n",
        "a = \"x\n",
        "a = <<E\n",
        "a = \"x\ry\"\n",
        "a = <<E\nx\ry\nE\n",
        "a = 1\rb = 2\n",
        "/*",
    ] {
        let problems = format(FileId(0), text).expect_err(text);
        assert!(problems.has_errors() && problems.iter().all(|problem| problem.span.is_some()), "{text:?}");
    }
}

#[test]
fn only_a_comment_may_be_in_another_encoding() {
    let check = |content: &[u8], expected: Option<&[u8]>| {
        let found = format_source(FileId(0), &SourceText::new(content.to_vec()));
        assert_eq!(found.ok().as_deref(), expected, "{:?}", content.escape_ascii().to_string());
    };
    check(b"# caf\xe9\na=1\n", Some(b"# caf\xe9\na = 1\n"));
    check(
        b"a=1// \xff\xfe\nbb=2/* \xe9 \xef\xbf\xbd */\n",
        Some(b"a  = 1 // \xff\xfe\nbb = 2 /* \xe9 \xef\xbf\xbd */\n"),
    );
    check(b"a = \"\xef\xbf\xbd\" # \xe9\n", Some(b"a = \"\xef\xbf\xbd\" # \xe9\n"));
    check(b"a = \"caf\xe9\"\n", None);
    check(b"a = <<E\n\xe9\nE\n", None);
    check(b"a\xe9 = 1\n", None);
    check(b"a /* \xe9 */ \"b\" {}\n", None);
}

#[test]
fn a_source_is_the_bytes_that_it_was_read_from() {
    let check = |content: &[u8], other: &[u8], expected: bool| {
        assert_eq!(SourceText::new(content.to_vec()).is(other), expected);
    };
    check(b"a", b"a", true);
    check(b"a", b"b", false);
    check(b"\xe9", b"\xe9", true);
    check(b"\xe9", b"\xe8", false);
    check(b"\xe9", "\u{fffd}".as_bytes(), false);
}

/// Long and deep texts: an answer comes, and soon.
#[test]
fn any_size_and_depth_returns() {
    let number = 100_000;
    let wide = format!("a = [{}]\n", "1,".repeat(number));
    assert!(formatted(&wide).len() > wide.len());
    let long: Vec<String> = (0..number / 10).map(|line| format!("a{line}=1#x\n")).collect();
    formatted(&long.concat());
    assert!(format(FileId(0), &format!("a{}= 1", "\n".repeat(number))).is_err());
    for (open, close) in [("[", "]"), ("{b=", "}"), ("(", ")"), ("\"${", "}\""), ("b {\n", "}\n"), ("-", "")]
    {
        for text in [
            format!("a = {}1{}\n", open.repeat(number), close.repeat(number)),
            format!("a = {}", open.repeat(number)),
            format!("a = {}", close.repeat(number)),
            format!("a = {}{}", "(".repeat(number), close.repeat(number)),
        ] {
            assert!(format(FileId(0), &text).is_err());
        }
    }
}

/// All tokens but the ends of lines, which may come and go with what is unwrapped.
fn tokens(text: &str) -> Vec<(Kind, &str)> {
    let mut lexer = Lexer::code(text, 0, text.len());
    let all = std::iter::from_fn(|| Some(lexer.next_or_comment()).filter(|token| token.kind != Kind::End));
    all.filter(|token| token.kind != Kind::Newline)
        .map(|token| (token.kind, text[token.start..token.end].trim_end_matches('\r')))
        .collect()
}

/// What a text means: names, labels and values, in their order.
fn meaning(body: &Body) -> Vec<String> {
    let values = body.attributes.iter().map(|attribute| {
        let value = match evaluate(&attribute.expr, &NoNames) {
            Ok(value) => format!("{value:?}"),
            Err(problem) => problem.summary,
        };
        format!("{} = {value}", attribute.name)
    });
    let blocks = body.blocks.iter().map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| &*label.text).collect();
        format!("{} {labels:?} {:?}", block.kind, meaning(&block.body))
    });
    values.chain(blocks).collect()
}

#[track_caller]
fn meaning_of(text: &str) -> Vec<String> {
    let (body, problems) = parse_body(FileId(0), text);
    assert!(!problems.has_errors(), "{text}\n{problems:?}");
    meaning(&body)
}

/// Space where any will do.
fn gap() -> BoxedStrategy<&'static str> {
    prop_oneof![4 => Just(""), 4 => Just(" "), 1 => Just("   "), 1 => Just("\t"), 1 => Just("/* é */")]
        .boxed()
}

/// Space inside of brackets.
fn wide_gap() -> BoxedStrategy<&'static str> {
    prop_oneof![6 => gap(), 1 => Just("\n"), 1 => Just("\r\n"), 1 => Just(" # c\n"), 1 => Just("\n\n  // d\n")]
    .boxed()
}

fn expressions() -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "1",
        "-2",
        "true",
        "null",
        "a.b",
        "a[0].c",
        "\"\"",
        "\"é$x\"",
        "\"x ${1} y\"",
        "\"%{ if true }z%{ endif }\"",
        "{}",
        "[]",
        "(1)",
        "<<E\n x\nE\n",
        "!true",
        "max(1,2)",
        "[for x in [1]:x]",
        "{for k,v in {a=1}:k=>v}",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(4, 24, 3, |inner| {
            let gap = || wide_gap();
            let pair = (inner.clone(), gap(), inner.clone(), gap(), gap());
            let in_list = pair.clone().prop_map(|(a, g, b, h, i)| format!("[{h}{a}{g},{i}{b},{h}]"));
            let in_sum = pair.clone().prop_map(|(a, g, b, h, i)| format!("({g}{a}{h}+{i}{b}\n)"));
            let in_choice = pair.prop_map(|(a, g, b, h, i)| format!("({h}true?{g}{a}{i}:{b}{h})"));
            let in_object =
                (inner.clone(), gap(), gap()).prop_map(|(a, g, h)| format!("{{\nx={a}{g}\nyy=2{h}\n}}"));
            let in_call = (inner.clone(), gap(), gap()).prop_map(|(a, g, h)| format!("try({g}{a}{h},{h}1)"));
            let in_string = (inner, gap(), gap()).prop_map(|(a, g, h)| format!("\"${{{g}{a}{h}}}\""));
            prop_oneof![in_list, in_sum, in_choice, in_object, in_call, in_string]
        })
        .boxed()
}

fn files() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\n", "\r\n", "\n\n", " # e\n", "  // f\n", " /* g */\n"]);
    let argument = (gap(), gap(), expressions(), end.clone())
        .prop_map(|(g, h, value, end)| {
            format!("{g}NAME{h}={g}{value}{}", if value.ends_with('\n') { "" } else { end })
        })
        .boxed();
    let labels =
        prop::sample::select(vec!["", " \"l\"", " l", "/* x */\"l\" m", "  \"l\"  \"m n\"", " \"\\u00e9\""]);
    let block = (labels, prop::collection::vec(argument.clone(), 0..3), end.clone())
        .prop_map(|(labels, inner, end)| format!("b{labels} {{{end}{}}}{end}", inner.concat()));
    let item = prop_oneof![3 => argument, 2 => block, 1 => end.prop_map(str::to_owned)];
    let name_each = |items: Vec<String>| {
        let mut number = 0;
        let mut parts = items.concat().split("NAME").map(str::to_owned).collect::<Vec<_>>();
        for part in parts.iter_mut().skip(1) {
            number += 1;
            part.insert_str(0, &format!("n{number}"));
        }
        parts.concat()
    };
    prop::collection::vec(item, 0..6).prop_map(name_each)
}

/// Pieces of texts in no order at all.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b ",
        "in",
        "for",
        "1",
        ".5",
        "=",
        "==",
        "=>",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "${",
        "%{",
        "~}",
        "<<E\n",
        "E\n",
        "\nE\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "# c\n",
        "//",
        "/*",
        "*/",
        ",",
        ".",
        "...",
        "-",
        "!",
        "?",
        ":",
        "::",
        "\\",
        "$",
        "é",
        "\u{301}",
        "\u{feff}",
        "\u{200d}",
        "a = 1\n",
        "b \"c\" {\n",
        "}\n",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_second_time_changes_nothing_and_no_time_changes_the_meaning(text in files()) {
        let before = meaning_of(&text);
        let once = formatted(&text);
        prop_assert_eq!(meaning_of(&once), before, "{}\n---\n{}", text, once);
        let twice = formatted(&once);
        prop_assert!(once == twice || is_unwrappable(&once), "{text}\n---\n{once}\n---\n{twice}");
        if !text.contains("\"${") && !text.contains("b/*") && !text.contains("b l") && !text.contains("\\u") {
            prop_assert_eq!(tokens(&once), tokens(&text), "{}\n---\n{}", text, once);
        }
    }

    #[test]
    fn any_text_returns_and_what_comes_of_it_can_be_read(text in soup()) {
        if let Ok(once) = format(FileId(0), &text) {
            prop_assert_eq!(meaning_of(&once), meaning_of(&text), "{}\n---\n{}", text, once);
            prop_assert!(formatted(&once) == once || is_unwrappable(&once), "{text:?} {once:?}");
        }
    }

    #[test]
    fn any_bytes_return(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _returned = format_source(FileId(0), &SourceText::new(bytes));
    }
}
