//! Taking over what exists: `import` by command, and what `adopt` leaves out.

use crate::examples::at_its_start;
use crate::support::sandbox::Sandbox;

/// The world of the example `import`, with a block for one of its objects.
fn with_block() -> Sandbox {
    let sandbox = at_its_start("import");
    sandbox.write(
        "main.hcl",
        "provider \"alicloud\" {\n  region = \"cn-hangzhou\"\n}\n\nresource \"alicloud_ecs_file_backup\" \"tools\" {\n  instance_id = \"i-bp1tools0001\"\n}\n",
    );
    sandbox
}

#[test]
fn an_object_is_imported_as_it_is() {
    let sandbox = with_block();
    let import = ["import", "alicloud_ecs_file_backup.tools", "plan-000000000002", "--emulator"];
    sandbox.run(import).exits(0).is_snapshot("import", "command");
    assert!(!sandbox.path(".backform/world.json").exists(), "nothing in the cloud was written");
    sandbox.run(["plan", "--emulator", "--detailed-exitcode"]).exits(2);
    sandbox.run(import).exits(1).is_snapshot("import", "command-again");
}

#[test]
fn an_import_names_a_block_and_an_object() {
    let sandbox = with_block();
    let check = |address: &str, id: &str, name: &str| {
        sandbox.run(["import", address, id, "--emulator"]).exits(1).is_snapshot("import", name);
    };
    check("alicloud_ecs_file_backup.wiki", "plan-000000000002", "command-without-block");
    check("alicloud_ecs_file_backup.tools", "plan-000000000099", "command-without-object");
    assert!(!sandbox.path(".backform/emulator.state.json").exists());
}

#[test]
fn what_is_managed_or_asked_for_is_not_adopted() {
    let sandbox = with_block();
    let adopted = sandbox.run(["adopt", "--emulator"]).exits(0).stdout;
    assert!(adopted.contains("i-bp1web00001") && !adopted.contains("i-bp1tools0001"), "{adopted}");
    sandbox.run(["import", "alicloud_ecs_file_backup.tools", "i-bp1tools0001", "--emulator"]).exits(0);
    assert_eq!(sandbox.run(["adopt", "--emulator"]).exits(0).stdout, adopted);
    let elsewhere = sandbox.run(["adopt", "--emulator", "--region", "cn-beijing"]).exits(0);
    assert!(elsewhere.stderr.starts_with("There is nothing to adopt"), "{}", elsewhere.stderr);
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let sandbox = with_block();
    let ran = sandbox.run(["adopt", "--emulator", "--out", "main.hcl"]).exits(1);
    assert!(ran.stderr.contains("is there already"), "{}", ran.stderr);
    assert!(sandbox.read("main.hcl").contains("tools"));
}
