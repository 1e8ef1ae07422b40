# Nobody lists servers here: whatever has the tag env=prod or env=stage is associated with the vault when its policy runs
# next, and stays in it without ever standing in this file. What automatic association brings in is not undone. The rule
# for room is the vendor's: more than 40 GB must remain, and more than what is associated.
#
#   backform plan --emulator

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_policy" "daily" {
  name            = "daily"
  type            = "backup"
  backup_quantity = 30

  backup_cycle {
    interval        = 1
    execution_times = ["06:00"]
  }
}

resource "huaweicloud_cbr_vault" "tagged" {
  name            = "tagged"
  type            = "server"
  protection_type = "backup"
  size            = 1000
  auto_bind       = true

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  bind_rule {
    key    = "env"
    values = ["prod", "stage"]
  }
}
