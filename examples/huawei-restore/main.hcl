# A release has spoiled the data of the shop's server after seven this morning. What is there now is kept by a backup by
# hand. Then the backup of six o'clock goes to a spare server, to look at it there first, and over the shop itself: `--from`
# says the time, for the newest backup is the spoiled one. Backups and restores are no state, so no block says them, and
# yet each is planned, read and approved like every change. Nothing but the id of the server lets its disks be overwritten.
#
# `before/` is the configuration, `later.sed` lets ten days go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator
#   backform backups --emulator
#   backform backup huaweicloud_cbr_vault.servers --name before-the-restore --emulator --auto-approve
#   backform restore srv-shop --from 2026-11-20T07:00 --to-instance srv-spare --disk srv-shop-disk-2=srv-spare-disk-2 \
#     --emulator --out spare.plan
#   backform restore srv-shop --from 2026-11-20T07:00 --emulator --out restore.plan

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_policy" "daily" {
  name            = "daily"
  type            = "backup"
  backup_quantity = 7

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

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "srv-shop"
  }

  resources {
    server_id = "srv-mail"
  }
}
