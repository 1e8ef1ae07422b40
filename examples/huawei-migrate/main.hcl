# The database server changes its vault: its block has gone from the one to the other. It is not taken out and put in, which
# would delete ten days of backups; it is migrated, and its backups come along. So nothing is lost, and nothing has to be
# confirmed.
#
# `before/` is the configuration as it was, `later.sed` lets ten days go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
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

resource "huaweicloud_cbr_vault" "old" {
  name            = "old"
  type            = "server"
  protection_type = "backup"
  size            = 1000

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000001"
  }
}

resource "huaweicloud_cbr_vault" "new" {
  name            = "new"
  type            = "server"
  protection_type = "backup"
  size            = 1000

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000003"
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000002"
  }
}
