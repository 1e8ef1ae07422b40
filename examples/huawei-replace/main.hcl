# Backups are to be kept in several zones, and a vault cannot be changed so: another one takes its place, and with the old
# one every backup in it goes. The plan says how many, and nothing is done before the id of the vault is typed. Who wants
# to keep them makes a second vault beside the first one and moves the servers to it; see the example huawei-migrate.
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

resource "huaweicloud_cbr_vault" "servers" {
  name            = "servers"
  type            = "server"
  protection_type = "backup"
  size            = 1000
  is_multi_az     = true

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000001"
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000002"
  }
}
