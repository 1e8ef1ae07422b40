//! `backform console`: a prompt on a terminal, one expression a line elsewhere.

use rexpect::session::{PtySession, spawn_command};

use crate::support::sandbox::Sandbox;

/// Standard output, standard error and exit code for these lines.
fn said(sandbox: &Sandbox, lines: &str) -> (String, String, i32) {
    let output = assert_cmd::Command::from_std(sandbox.command())
        .arg("console")
        .write_stdin(lines)
        .output()
        .expect("the program was built with this test");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code().expect("no signal ended it"))
}

#[test]
fn the_last_value_is_printed_as_terraform_prints_it() {
    let check = |lines: &str, expected: &str| {
        assert_eq!(said(&Sandbox::empty(), lines), (expected.to_owned(), String::new(), 0), "{lines:?}");
    };
    check("1 + 2\n", "3\n");
    check("1\nupper(\"a\")", "\"A\"\n");
    check("{a = [1]}\n", "{\n  \"a\" = [\n    1,\n  ]\n}\n");
    check("sensitive(1)\n", "(sensitive value)\n");
    check("type([1])\n", "tuple([\n    number,\n])\n");
    check("1 # a comment\n", "1\n");
    check("", "\n");
    check("1\n\n", "\n");
    check("1\nexit\nnosuch(\n", "");
}

#[test]
fn the_first_problem_ends_the_run() {
    let check = |lines: &str, summary: &str| {
        let (out, problems, code) = said(&Sandbox::empty(), lines);
        assert_eq!((out.as_str(), code), ("", 1), "{lines:?}");
        assert!(problems.contains(summary), "{lines:?}: {problems}");
    };
    check("1\nuper(1)\n2\n", "did you mean `upper`?");
    check("[\n1]\n", "this bracket is never closed");
    check("1 +\n", "error[syntax]");
    check("[type(1)]\n", "`type` stands by itself");
    check("try(nosuch.name, 1)\n", "error[");
    check("can(var.nosuch)\n", "error[");
    check("file(\"nosuch\")\n", "nosuch");
}

#[test]
fn nothing_is_written_and_no_lock_is_taken() {
    let sandbox = Sandbox::empty();
    said(&sandbox, "1\n");
    assert!(sandbox.read_tree("").is_empty());
}

fn prompt(sandbox: &Sandbox) -> PtySession {
    let mut command = sandbox.command();
    command.arg("console").env("TERM", "xterm");
    let mut terminal = spawn_command(command, Some(60_000)).expect("there is a terminal to open");
    terminal.exp_string("> ").expect("it asks");
    terminal
}

#[test]
fn the_prompt_answers_until_it_is_left() {
    let sandbox = Sandbox::empty();
    let mut terminal = prompt(&sandbox);
    let mut check = |typed: &str, expected: &str| {
        terminal.send(typed).expect("it listens");
        terminal.flush().expect("it listens");
        terminal.exp_string(expected).unwrap_or_else(|error| panic!("{typed:?}: {error}"));
    };
    check("6 * 7\r", "42");
    check("uper(1)\r", "did you mean");
    check("[\r40 + 1,\r]\r", "41,");
    check("base64en\t\"a\")\r", "YQ==");
    check("1000 + 1\r", "1001");
    check("\u{1b}[A\r", "1001");
    check("help\r", "Ctrl-D");
    check("sensitive(\"hidden\")\r", "(sensitive value)");
    terminal.send("exit\r").expect("it listens");
    terminal.flush().expect("it listens");
    terminal.exp_eof().expect("it ends");
    let status = terminal.process().wait().expect("it has ended");
    assert!(matches!(status, rexpect::process::WaitStatus::Exited(_, 0)), "{status:?}");
}

#[test]
fn names_are_those_of_the_configuration() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "main.hcl",
        r#"
        variable "name" {
          default = "x"
        }
        variable "secret" {
          default   = "hidden"
          sensitive = true
        }
        variable "later" {
          type = number
        }
        module "inner" {
          source = "./inner"
        }
        resource "alicloud_ecs_file_backup" "a" {
          region      = "cn-hangzhou"
          instance_id = "i-1"
        }
        "#,
    );
    sandbox.write(
        "more.hcl.json",
        r#"{"locals": {"greeting": "hello ${var.name}", "list": [1, "${local.greeting}"]}}"#,
    );
    std::fs::create_dir(sandbox.path("inner")).expect("there is room for a directory");
    sandbox.write("inner/main.hcl", "output \"path\" {\n  value = path.module\n}\n");
    let check = |question: &str, expected: &str| {
        assert_eq!(said(&sandbox, question), (format!("{expected}\n"), String::new(), 0), "{question}");
    };
    check("var.name", "\"x\"");
    check("local.list", "[\n  1,\n  \"hello x\",\n]");
    check("var.secret", "(sensitive value)");
    check("var.later", "(known after apply)");
    check("module.inner.path", "\"inner\"");
    check("path.module", "\".\"");
    check("terraform.workspace", "\"default\"");
    check("alicloud_ecs_file_backup.a.instance_id", "\"i-1\"");
    check("alicloud_ecs_file_backup.a.plan_id", "(known after apply)");
    let refused = |question: &str, expected: &str| {
        let (out, problems, code) = said(&sandbox, question);
        assert_eq!((out.as_str(), code), ("", 1), "{question}");
        assert!(problems.contains(expected), "{question}: {problems}");
    };
    refused("var.nme", "did you mean `var.name`?");
    refused("try(local.nosuch, 1)", "there is no such local value");
    refused("each.key", "each");
    sandbox.write("broken.hcl", "locals {");
    refused("1", "this brace is never closed");
}
