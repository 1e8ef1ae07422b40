//! `backform fmt`: which files it takes, what it says of them, what it writes, how it exits.

use std::fs;

use crate::support::sandbox::Sandbox;

const UGLY: &str = "a {\nb=1\nccc = \"${d}\" # e\n}\n";
const USUAL: &str = "a {\n  b   = 1\n  ccc = d # e\n}\n";
const BROKEN: &str = "a {\n  b = [1, 2\n}\n";

#[test]
fn files_of_a_directory_get_the_usual_layout() {
    let sandbox = Sandbox::empty();
    let taken = ["main.hcl", "old.tf", "terraform.tfvars", "prod.vars.hcl", "x.test.hcl"];
    let left = [".terraform.lock.hcl", ".hidden.hcl", "main.hcl~", "notes.txt", "main.tf.json"];
    for name in taken.iter().chain(&left) {
        sandbox.write(name, UGLY);
    }
    let ran = sandbox.run(["fmt"]).exits(0);
    assert_eq!(ran.stdout, "main.hcl\nold.tf\nprod.vars.hcl\nterraform.tfvars\nx.test.hcl\n");
    assert_eq!(ran.stderr, "");
    for name in taken {
        assert_eq!(sandbox.read(name), USUAL, "{name}");
    }
    for name in left {
        assert_eq!(sandbox.read(name), UGLY, "{name}");
    }
    let again = sandbox.run(["fmt"]).exits(0);
    assert_eq!(again.stdout, "", "what has the layout is not named");
}

#[test]
fn directories_in_a_directory_are_taken_when_asked_for() {
    let sandbox = Sandbox::empty();
    for directory in ["sub", "sub/deep", ".hidden"] {
        fs::create_dir(sandbox.path(directory)).unwrap();
        sandbox.write(&format!("{directory}/main.hcl"), UGLY);
    }
    assert_eq!(sandbox.run(["fmt"]).exits(0).stdout, "");
    assert_eq!(sandbox.run(["fmt", "sub"]).exits(0).stdout, "sub/main.hcl\n");
    assert_eq!(sandbox.run(["fmt", "-recursive"]).exits(0).stdout, "sub/deep/main.hcl\n");
    assert_eq!(sandbox.read(".hidden/main.hcl"), UGLY);
    sandbox.write("sub/main.hcl", UGLY);
    assert_eq!(sandbox.run(["-chdir=sub", "fmt"]).exits(0).stdout, "main.hcl\n");
}

#[test]
fn standard_input_becomes_standard_output() {
    let sandbox = Sandbox::empty();
    let check = |arguments: &[&str], input: &str, code: i32, output: &str| {
        let ran = sandbox.run_with_input(arguments, input).exits(code);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (output, ""), "{arguments:?}");
    };
    check(&["fmt", "-"], UGLY, 0, USUAL);
    check(&["fmt", "-"], "a=1", 0, "a = 1\n");
    check(&["fmt", "--check", "-"], UGLY, 3, "");
    check(&["fmt", "--check", "-"], USUAL, 0, "");
    check(&["fmt", "--diff", "-"], USUAL, 0, "");
    check(
        &["fmt", "--diff", "-"],
        "a=1\n",
        0,
        "--- old/<stdin>\n+++ new/<stdin>\n@@ -1 +1 @@\n-a=1\n+a = 1\n",
    );
}

#[test]
fn a_check_writes_nothing_and_tells_by_its_exit() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.hcl", UGLY);
    sandbox.write("b.hcl", USUAL);
    assert_eq!(sandbox.run(["fmt", "--check"]).exits(3).stdout, "a.hcl\n");
    assert_eq!(sandbox.run(["fmt", "-check", "-list=false"]).exits(3).stdout, "");
    assert_eq!(sandbox.run(["fmt", "--check", "b.hcl"]).exits(0).stdout, "");
    assert_eq!(sandbox.read("a.hcl"), UGLY);
    assert_eq!(sandbox.run(["fmt", "--list=false", "--write=false", "a.hcl"]).exits(0).stdout, USUAL);
    assert_eq!(sandbox.read("a.hcl"), UGLY);
}

#[test]
fn a_diff_shows_what_changes() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.hcl", UGLY);
    sandbox.run(["fmt", "--diff", "--check"]).exits(3).is_snapshot("fmt", "diff");
    assert_eq!(sandbox.read("a.hcl"), UGLY);
}

#[test]
fn what_cannot_be_formatted_stays_and_is_told() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.hcl", BROKEN);
    sandbox.write("b.hcl", UGLY);
    fs::write(sandbox.path("c.hcl"), b"a = \"caf\xe9\"\n").unwrap();
    sandbox.write("d.txt", UGLY);
    sandbox.run(["fmt", ".", "d.txt", "missing.hcl"]).exits(1).is_snapshot("fmt", "broken");
    assert_eq!(sandbox.read("a.hcl"), BROKEN);
    assert_eq!(sandbox.read("b.hcl"), USUAL);
    assert_eq!(sandbox.read("d.txt"), UGLY);
    sandbox.run_with_input(["fmt", "-"], BROKEN).exits(1).is_snapshot("fmt", "broken-input");
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_a_link_stays_one() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let sandbox = Sandbox::empty();
    fs::create_dir(sandbox.path("real")).unwrap();
    sandbox.write("real/main.hcl", UGLY);
    fs::set_permissions(sandbox.path("real/main.hcl"), fs::Permissions::from_mode(0o604)).unwrap();
    symlink("real/main.hcl", sandbox.path("main.hcl")).unwrap();
    symlink("real", sandbox.path("linked")).unwrap();
    assert_eq!(sandbox.run(["fmt", "--recursive"]).exits(0).stdout, "main.hcl\n");
    assert_eq!(sandbox.read("real/main.hcl"), USUAL);
    assert!(fs::symlink_metadata(sandbox.path("main.hcl")).unwrap().is_symlink());
    assert_eq!(fs::metadata(sandbox.path("real/main.hcl")).unwrap().permissions().mode() & 0o777, 0o604);
}

#[test]
fn bytes_of_a_comment_are_kept() {
    let sandbox = Sandbox::empty();
    fs::write(sandbox.path("a.hcl"), b"a=1 # caf\xe9\r\n").unwrap();
    assert_eq!(sandbox.run(["fmt"]).exits(0).stdout, "a.hcl\n");
    assert_eq!(fs::read(sandbox.path("a.hcl")).unwrap(), b"a = 1 # caf\xe9\r\n");
}

#[test]
fn the_help_names_the_exits() {
    Sandbox::empty().run(["fmt", "--help"]).exits(0).is_snapshot("fmt", "help");
}
