//! Configurations in the shapes that the documentation of Terraform's provider `huaweicloud` gives for its vaults and
//! policies: they load unchanged, are applied, and then leave nothing to do.
//!
//! Source of the shapes: terraform-provider-huaweicloud, `docs/resources/cbr_vault.md`, `docs/resources/cbr_policy.md`,
//! `docs/data-sources/cbr_vaults.md` and `examples/cbr`.

use serde_json::json;

use crate::huawei::{PROVIDER, approve, is_settled, world};
use crate::support::sandbox::Sandbox;

/// A configuration and the values of its variables.
struct Documented {
    name: &'static str,
    main: &'static str,
    values: &'static str,
}

const SHAPES: &[Documented] = &[
    Documented {
        name: "a server with a disk left out",
        main: r#"
variable "title" {}
variable "machine" {}
variable "left_out" {
  type = list(string)
}

resource "huaweicloud_cbr_vault" "this" {
  name             = var.title
  type             = "server"
  protection_type  = "backup"
  consistent_level = "crash_consistent"
  size             = 200

  resources {
    server_id = var.machine
    excludes  = var.left_out
  }

  tags = {
    owner = "ops"
  }
}
"#,
        values: "title = \"v\"\nmachine = \"mail\"\nleft_out = [\"mail-data\"]\n",
    },
    Documented {
        name: "both policies, and resources that come by themselves",
        main: r#"
variable "other_region" {}
variable "nightly" {}
variable "copies" {}

resource "huaweicloud_cbr_vault" "copies" {
  region          = var.other_region
  name            = "copies"
  type            = "server"
  protection_type = "replication"
  size            = 500
}

resource "huaweicloud_cbr_vault" "this" {
  name             = "v"
  type             = "server"
  protection_type  = "backup"
  consistent_level = "crash_consistent"
  size             = 500

  auto_bind = true
  bind_rules = {
    # a tag of the servers
    team = "none"
  }

  policy {
    id = var.nightly
  }
  policy {
    id                   = var.copies
    destination_vault_id = huaweicloud_cbr_vault.copies.id
  }
}
"#,
        values: "other_region = \"cn-east-3\"\nnightly = \"nightly\"\ncopies = \"copies\"\n",
    },
    Documented {
        name: "disks",
        main: r#"
variable "disks" {
  type = list(string)
}

resource "huaweicloud_cbr_vault" "this" {
  name            = "v"
  type            = "disk"
  protection_type = "backup"
  size            = 80
  auto_expand     = true
  locked          = false

  resources {
    includes = var.disks
  }

  tags = {
    owner = "ops"
  }
}
"#,
        values: "disks = [\"disk-1\"]\n",
    },
    Documented {
        name: "file systems",
        main: r#"
resource "huaweicloud_cbr_vault" "this" {
  name            = "v"
  type            = "turbo"
  protection_type = "backup"
  size            = 900

  resources {
    includes = ["share-1"]
  }
}
"#,
        values: "",
    },
    Documented {
        name: "replicas of file systems",
        main: r#"
resource "huaweicloud_cbr_vault" "this" {
  name            = "v"
  type            = "turbo"
  protection_type = "replication"
  size            = 900
}
"#,
        values: "",
    },
    Documented {
        name: "desktops",
        main: r#"
resource "huaweicloud_cbr_vault" "this" {
  name             = "v"
  type             = "workspace"
  protection_type  = "backup"
  size             = 200
  consistent_level = "crash_consistent"

  resources {
    server_id = "desk-1"
  }
}
"#,
        values: "",
    },
    Documented {
        name: "machines elsewhere",
        main: r#"
resource "huaweicloud_cbr_vault" "this" {
  name             = "v"
  cloud_type       = "hybrid"
  type             = "vmware"
  protection_type  = "backup"
  size             = 100
  consistent_level = "crash_consistent"
}
"#,
        values: "",
    },
    Documented {
        name: "files, under a policy",
        main: r#"
resource "huaweicloud_cbr_vault" "this" {
  name             = "v"
  type             = "file"
  protection_type  = "backup"
  size             = 100
  consistent_level = "crash_consistent"
  policy_id        = "nightly"
}
"#,
        values: "",
    },
    Documented {
        name: "a weekly policy that keeps some longer",
        main: r#"
variable "title" {}

resource "huaweicloud_cbr_policy" "this" {
  name        = var.title
  type        = "backup"
  time_period = 30
  time_zone   = "UTC+08:00"

  long_term_retention {
    daily                = 7
    weekly               = 4
    monthly              = 2
    full_backup_interval = -1
  }

  backup_cycle {
    days            = "SA,SU"
    execution_times = ["01:00", "13:00"]
  }
}
"#,
        values: "title = \"p\"\n",
    },
    Documented {
        name: "a policy by number, with years and full backups",
        main: r#"
resource "huaweicloud_cbr_policy" "this" {
  name            = "p"
  type            = "backup"
  enabled         = false
  backup_quantity = 30
  time_zone       = "UTC+08:00"

  long_term_retention {
    yearly               = 1
    full_backup_interval = 20
  }

  backup_cycle {
    interval        = 1
    execution_times = ["13:00"]
  }
}
"#,
        values: "",
    },
    Documented {
        name: "a policy for replicas",
        main: r#"
variable "other_region" {}
variable "other_project" {}

resource "huaweicloud_cbr_policy" "this" {
  name                   = "p"
  type                   = "replication"
  destination_region     = var.other_region
  destination_project_id = var.other_project
  enable_acceleration    = true
  backup_quantity        = 12

  backup_cycle {
    interval        = 3
    execution_times = ["13:00"]
  }
}
"#,
        values: "other_region = \"cn-east-3\"\nother_project = \"fedcba9876543210fedcba9876543210\"\n",
    },
    Documented {
        name: "the older form of a cycle",
        main: r#"
resource "huaweicloud_cbr_policy" "this" {
  name        = "p"
  type        = "backup"
  time_period = 30

  backup_cycle {
    frequency       = "WEEKLY"
    days            = "MO,TH"
    execution_times = ["05:00"]
  }
}
"#,
        values: "",
    },
    Documented {
        name: "a subscription with all that belongs to it",
        main: r#"
resource "huaweicloud_cbr_vault" "this" {
  name                  = "v"
  type                  = "server"
  protection_type       = "backup"
  consistent_level      = "app_consistent"
  size                  = 100
  backup_name_prefix    = "shop-"
  is_multi_az           = true
  cloud_type            = "public"
  enterprise_project_id = "0"

  charging_mode = "prePaid"
  period_unit   = "month"
  period        = 1
  auto_renew    = true
  auto_pay      = true

  timeouts {
    create = "20m"
    delete = "10m"
  }

  lifecycle {
    ignore_changes = [period_unit, period, auto_renew]
  }
}
"#,
        values: "",
    },
    Documented {
        name: "a backup now, of several resources",
        main: r#"
variable "vault" {}
variable "machines" {
  type = list(string)
}

resource "huaweicloud_cbr_checkpoint" "this" {
  vault_id    = var.vault
  name        = "before-upgrade"
  description = "by hand"
  incremental = true

  dynamic "backups" {
    for_each = var.machines

    content {
      type        = "OS::Nova::Server"
      resource_id = backups.value
    }
  }

  timeouts {
    create = "40m"
    delete = "30m"
  }
}
"#,
        values: "vault = \"v-blog\"\nmachines = [\"blog\", \"wiki\"]\n",
    },
    Documented {
        name: "a policy only where somebody wants one, and tags of the provider",
        main: r#"
terraform {
  required_providers {
    huaweicloud = {
      source  = "huaweicloud/huaweicloud"
      version = ">= 1.36.0"
    }
  }
}

variable "wants_policy" {
  type    = bool
  default = true
}

variable "own_tags" {
  type    = map(string)
  default = { owner = "shop" }
}

resource "huaweicloud_cbr_policy" "this" {
  count = var.wants_policy ? 1 : 0

  name        = "v-policy"
  type        = "backup"
  time_period = 20
  time_zone   = "UTC+08:00"
  enabled     = true

  backup_cycle {
    days            = "MO,TU"
    execution_times = ["06:00"]
  }
}

resource "huaweicloud_cbr_vault" "this" {
  name                  = "v"
  type                  = "server"
  protection_type       = "backup"
  size                  = 200
  auto_bind             = false
  enterprise_project_id = "0"
  is_multi_az           = false

  resources {
    server_id = "mail"
    excludes  = []
  }

  dynamic "policy" {
    for_each = var.wants_policy ? [1] : []

    content {
      id = huaweicloud_cbr_policy.this[0].id
    }
  }

  tags = var.own_tags
}

data "huaweicloud_cbr_vaults" "this" {
  name                = "elsewhere"
  type                = "server"
  consistent_level    = "crash_consistent"
  protection_type     = "backup"
  size                = 100
  auto_expand_enabled = false
  policy_id           = "nightly"
  status              = "available"
}

output "found" {
  value = data.huaweicloud_cbr_vaults.this.vaults[*].id
}
"#,
        values: "",
    },
];

/// A server whose disks have names, a file system, a desktop, two policies, and a second region.
fn estate() -> String {
    let policy = |id: &str, more: serde_json::Value| {
        let mut policy = json!({ "id": id, "name": id, "definition": { "max_backups": 7 },
            "pattern": ["FREQ=DAILY;INTERVAL=1;BYHOUR=13;BYMINUTE=00"], "created": "2026-11-01T00:00:00Z" });
        for (name, value) in more.as_object().expect("an object") {
            policy[name] = value.clone();
        }
        policy
    };
    let replicates = json!({ "operation": "replication", "definition": { "max_backups": 7,
        "destination_region": "cn-east-3", "destination_project_id": "fedcba9876543210fedcba9876543210" } });
    let disk = |id: &str, size: u32| json!({ "id": id, "size_gib": size });
    let text = world(&json!({
        "servers": [
            { "id": "mail", "name": "mail", "disks": [disk("mail-system", 40), disk("mail-data", 100)] },
            { "id": "blog", "name": "blog" },
            { "id": "wiki", "name": "wiki" }
        ],
        "vaults": [{ "id": "v-blog", "name": "blog", "size": 100, "resources": [{ "id": "blog" }, { "id": "wiki" }] }],
        "shares": [{ "id": "share-1", "name": "media", "size_gib": 500 }],
        "desktops": [{ "id": "desk-1", "name": "desk", "disks": [80] }],
        "policies": [policy("nightly", json!({})), policy("copies", replicates)]
    }));
    let mut world: serde_json::Value = serde_json::from_str(&text).expect("a world is JSON");
    let projects = world["huawei"]["accounts"][0]["projects"].as_array_mut().expect("projects");
    projects.push(json!({ "id": "fedcba9876543210fedcba9876543210", "name": "cn-east-3" }));
    world.to_string()
}

fn sandbox(provider: &str, main: &str, values: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("world.json", &estate());
    sandbox.write("provider.tf", provider);
    sandbox.write("main.tf", main);
    sandbox.write("terraform.tfvars", values);
    sandbox
}

#[test]
fn documented_configurations_load_unchanged() {
    for Documented { name, main, values } in SHAPES {
        let sandbox = sandbox(PROVIDER, main, values);
        let plan = sandbox.run(["plan", "--emulator", "--out", "p.plan"]);
        assert_eq!(plan.code, Some(0), "{name}: {}", plan.transcript());
        let apply = approve(&sandbox, "--emulator");
        assert_eq!(apply.code, Some(0), "{name}: {}", apply.transcript());
        is_settled(&sandbox, "--emulator");
    }
}

#[test]
fn tags_of_the_provider_are_tags_of_every_vault() {
    let provider = "provider \"huaweicloud\" {\n  region = \"cn-north-4\"\n\n  default_tags {\n    tags = {\n      owner = \"ops\"\n      cost  = \"42\"\n    }\n  }\n}\n";
    let vault = |tags: &str| {
        format!(
            "resource \"huaweicloud_cbr_vault\" \"this\" {{\n  name = \"v\"\n  type = \"server\"\n  protection_type = \"backup\"\n  size = 100\n{tags}}}\n"
        )
    };
    let sandbox = sandbox(provider, &vault("  tags = { owner = \"shop\", env = \"prod\" }\n"), "");
    sandbox.run(["plan", "--emulator", "--out", "p.plan"]).exits(0);
    approve(&sandbox, "--emulator").exits(0);
    is_settled(&sandbox, "--emulator");
    let tags = || {
        let project = crate::huawei::project(&sandbox);
        let mut vaults = project["vaults"].as_array().expect("vaults").iter();
        let tags = vaults.find(|vault| vault["name"] == "v").expect("it was made")["tags"].clone();
        let tags = tags.as_array().expect("tags").clone();
        let text = |tag: &serde_json::Value| format!("{}={}", tag["key"], tag["value"]).replace('"', "");
        tags.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(tags(), ["cost=42", "env=prod", "owner=shop"]);
    // Without any of its own it has those of the provider.
    sandbox.write("main.tf", &vault(""));
    sandbox.run(["plan", "--emulator", "--out", "p.plan"]).exits(0);
    approve(&sandbox, "--emulator").exits(0);
    is_settled(&sandbox, "--emulator");
    assert_eq!(tags(), ["cost=42", "owner=ops"]);
    // All together they are too many.
    let many: Vec<String> = (0..9).map(|number| format!("    k{number} = \"v\"\n")).collect();
    let many = many.concat();
    sandbox.write("main.tf", &vault(&format!("  tags = {{\n{many}  }}\n")));
    let refused = sandbox.run(["validate"]).exits(1).transcript();
    assert!(refused.contains("at most 10"), "{refused}");
}

#[test]
fn what_the_documentation_makes_besides_is_named_by_its_id() {
    let main = "resource \"huaweicloud_evs_volume\" \"data\" {\n  size = 10\n}\n\nresource \"huaweicloud_cbr_vault\" \"this\" {\n  name = \"v\"\n  type = \"disk\"\n  protection_type = \"backup\"\n  size = 100\n\n  resources {\n    includes = [huaweicloud_evs_volume.data.id]\n  }\n}\n";
    let sandbox = sandbox(PROVIDER, main, "");
    sandbox.run(["validate"]).exits(1).is_snapshot("huawei", "made-by-another");
}
