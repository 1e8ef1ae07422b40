//! Functions on files and templates, over a file system of a few texts.

use std::collections::BTreeMap;

use super::Names;
use crate::lang::{Files, Scope, Step, evaluate, parse_expression, print};
use crate::model::diagnostic::{Diagnostic, FileId, Span};
use crate::model::value::Value;

struct Texts(BTreeMap<&'static str, &'static [u8]>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).map(|bytes| bytes.to_vec()).ok_or_else(|| "there is no such file".to_owned())
    }

    fn exists(&self, path: &str) -> Result<bool, String> {
        if path == "/f" { Err("it is a directory".to_owned()) } else { Ok(self.0.contains_key(path)) }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let inside = |path: &&str| path.strip_prefix(directory)?.strip_prefix('/').map(str::to_owned);
        Ok(self.0.keys().filter_map(inside).collect())
    }

    fn absolute(&self, path: &str) -> String {
        format!("/here/{path}")
    }

    fn home(&self) -> Option<String> {
        Some("/home/me".to_owned())
    }
}

impl Scope for Texts {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        if root == "template" { Ok((Value::string("v=${x}"), 0)) } else { Names.resolve(root, steps, span) }
    }

    fn files(&self) -> &dyn Files {
        self
    }
}

fn result(expression: &str) -> String {
    let texts = Texts(BTreeMap::from([
        ("/f/.hid", b"x".as_slice()),
        ("/f/a.txt", b"a"),
        ("/f/b.txt", b"b"),
        ("/f/bytes", b"\xff\xfe\x00"),
        ("/f/c.md", b"c"),
        ("/f/list.tpl", b"%{ for i in x ~}\n- ${i}\n%{ endfor ~}\nend"),
        ("/f/nested.tpl", b"${templatefile(\"/f/a.txt\", {})}"),
        ("/f/one.tpl", b"${x}"),
        ("/f/sub/c.txt", b"c"),
        ("/f/sub/deep/d.txt", b"d"),
        ("/f/trim.tpl", b"a${1 ~}\n\n\n  b"),
    ]));
    let expr = parse_expression(FileId(0), expression).unwrap();
    match evaluate(&expr, &texts) {
        Ok(value) => print(&value),
        Err(problem) => format!("{}: {}", problem.summary, problem.detail),
    }
}

#[test]
fn files_are_read_and_hashed() {
    let check = |expression: &str, expected: &str| assert_eq!(result(expression), expected, "{expression}");
    check("file(\"/f/a.txt\")", "\"a\"");
    check("filebase64(\"/f/bytes\")", "\"//4A\"");
    check("filemd5(\"/f/bytes\")", "\"266e75fcf28db213599bf0f3f46976a8\"");
    check("filesha1(\"/f/bytes\")", "\"b11b4321218546dd157b6dd23f1e783339c4c5ee\"");
    check("filebase64sha256(\"/f/bytes\")", "\"uneMAmEAjI9xrkBhrQFi/8vmO1LJH4nyNnOBMdEhfsc=\"");
    check("fileexists(\"/f/a.txt\")", "true");
    check("fileexists(\"/f/z\")", "false");
    check("pathexpand(\"~/x\")", "\"/home/me/x\"");
    check("abspath(\"a/../b\")", "\"/here/b\"");
    assert!(result("file(\"/f/bytes\")").contains("not valid UTF-8"));
    assert!(result("file(\"/f/z\")").contains("there is no such file"));
    assert!(result("fileexists(\"/f\")").contains("directory"));
    assert!(result("pathexpand(\"~x\")").contains("home"));
}

#[test]
fn sets_of_files_are_relative_to_their_path() {
    let check = |path: &str, pattern: &str, expected: &str| {
        let found = result(&format!("join(\" \", fileset(\"{path}\", \"{pattern}\"))"));
        assert_eq!(found, format!("\"{expected}\""), "{path} {pattern}");
    };
    check("/f", "*.txt", "a.txt b.txt");
    check("/f", "**/*.txt", "a.txt b.txt sub/c.txt sub/deep/d.txt");
    check("/f", "*.{txt,md}", "a.txt b.txt c.md");
    check("/f", "[^a].txt", "b.txt");
    check("/f", "sub/*", "sub/c.txt");
    check("/f", "./?.txt", "a.txt b.txt");
    check("/f", "../f/a.txt", "a.txt");
    check("/f/sub", "../a.txt", "../a.txt");
    check("/f", "nope", "");
    check("/nope", "*", "");
    assert!(result("fileset(\"/f\", \"[\")").contains("syntax error in pattern"));
    assert!(result("fileset(\"/f\", \"{a,sub/c}.txt\")").contains("syntax error in pattern"));
}

#[test]
fn templates_see_their_variables_and_nothing_else() {
    let check = |expression: &str, expected: &str| assert_eq!(result(expression), expected, "{expression}");
    check("templatefile(\"/f/list.tpl\", {x = [1, 2]})", "<<EOT\n- 1\n- 2\nend\nEOT");
    check("templatefile(\"/f/trim.tpl\", {})", "<<EOT\na1\n\n  b\nEOT");
    check("templatefile(\"/f/one.tpl\", {x = [1, 2]})", "[\n  1,\n  2,\n]");
    check("templatefile(\"/f/list.tpl\", {x = [sensitive(1)]})", "(sensitive value)");
    check("templatestring(template, {x = 1})", "\"v=1\"");
    let refused = |expression: &str, reason: &str| {
        let text = result(expression);
        assert!(text.starts_with("a template cannot be rendered") && text.contains(reason), "{text}");
    };
    refused("templatefile(\"/f/one.tpl\", {})", "/f/one.tpl:1:3");
    refused("templatefile(\"/f/one.tpl\", {x = 1, \"1a\" = 2})", "1a");
    refused("templatefile(\"/f/one.tpl\", [1])", "must be a map");
    refused("templatefile(\"/f/nested.tpl\", {})", "further templates");
    refused("templatefile(\"/f/z\", {})", "there is no such file");
    refused("templatestring(\"a\", {})", "reference");
}
