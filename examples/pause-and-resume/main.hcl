# The week of the sale: the shop must not spend anything on backups, so its plan is paused until the sale is over. The
# archive, which was paused during its migration, is backed up again. A pause keeps every recovery point, but no new one
# is made: the plan says so, and `--auto-approve` does not cover it. Resuming only adds protection.
#
# `before/` is the configuration as it was. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   backform plan --emulator

provider "alicloud" {
  region = "cn-shanghai"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-uf6shop00001"
  paused      = true

  workload {
    kind     = "website"
    size_gib = 60
  }
}

resource "alicloud_ecs_file_backup" "archive" {
  instance_id = "i-uf6archive01"

  workload {
    kind     = "files"
    size_gib = 200
  }
}
