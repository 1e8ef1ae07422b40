# The vault is locked, so that nobody can delete its automatic backups before their time, not even with all permissions. No
# vault was ever unlocked: nothing can be taken out of it and moved elsewhere any more. This is no loss, and still nothing
# that a later apply takes back.
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
  locked          = true

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
