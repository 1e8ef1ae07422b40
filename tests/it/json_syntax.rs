//! Files in the JSON syntax say the same as those of the native one.

use crate::support::sandbox::Sandbox;

const NATIVE: &str = r#"
variable "ids" {
  type    = list(string)
  default = ["i-1", "i-2"]
}
resource "alicloud_ecs_file_backup" "all" {
  for_each    = toset(var.ids)
  region      = "cn-hangzhou"
  instance_id = "${each.key}"
  priority    = "L1"
  workload {
    kind     = "mysql"
    size_gib = 2 * 5
  }
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [priority]
  }
}
resource "alicloud_ecs_file_backup" "one" {
  region      = "cn-hangzhou"
  instance_id = "i-3"
  depends_on  = [alicloud_ecs_file_backup.all]
  dynamic "workload" {
    for_each = ["mysql"]
    iterator = each_kind
    content {
      kind = each_kind.value
    }
  }
}
"#;

const JSON: &str = r#"{
  "variable": {"ids": {"type": "list(string)", "default": ["i-1", "i-2"]}},
  "resource": [
    {"alicloud_ecs_file_backup": {"all": {
      "//": "all of them",
      "for_each": "${toset(var.ids)}",
      "region": "cn-hangzhou",
      "instance_id": "${each.key}",
      "priority": "L1",
      "workload": {"kind": "mysql", "size_gib": "${2 * 5}"},
      "lifecycle": {"prevent_destroy": true, "ignore_changes": ["priority"]}
    }}},
    {"alicloud_ecs_file_backup": {"one": {
      "region": "cn-hangzhou",
      "instance_id": "i-3",
      "depends_on": ["alicloud_ecs_file_backup.all"],
      "dynamic": {"workload": {
        "for_each": ["mysql"],
        "iterator": "each_kind",
        "content": {"kind": "${each_kind.value}"}
      }}
    }}}
  ]
}"#;

fn sandbox(name: &str, text: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write(name, text);
    sandbox
}

#[test]
fn both_syntaxes_give_the_same_values() {
    let (native, json) = (sandbox("main.hcl", NATIVE), sandbox("main.hcl.json", JSON));
    for question in ["alicloud_ecs_file_backup.all", "alicloud_ecs_file_backup.one", "var.ids"] {
        let answer = |sandbox: &Sandbox| sandbox.run_with_input(["console"], question).exits(0).stdout;
        let expected = answer(&native);
        assert!(expected.contains("i-"), "{expected}");
        assert_eq!(answer(&json), expected, "{question}");
    }
}

#[test]
fn a_mistake_is_shown_in_the_json_text() {
    let check = |text: &str, expected: &[&str]| {
        let said = sandbox("main.tf.json", text).run(["validate"]).exits(1).stderr;
        for words in expected {
            assert!(said.contains(words), "{text}: {said}");
        }
    };
    check(r#"{"locals": {"a": "é\n${uper(1)}"}}"#, &["main.tf.json:1:24", "did you mean `upper`?"]);
    check(r#"{"varable": {"a": {}}}"#, &["main.tf.json:1:2", "did you mean `variable`?"]);
    check(r#"{"locals": {"a": 1,}}"#, &["main.tf.json:1:19", "a comma stands after the last item"]);
    check(r#"{"variable": {"a": {"type": "list(strng)"}}}"#, &["did you mean `string`?"]);
    check(r#"{"moved": {"from": "a.b", "to": "${c.d}"}}"#, &["main.tf.json:1:3"]);
}
