# The database export server was rebuilt, and the only thing that changed here is its id. It looks like a small edit, and
# it is the most dangerous one: a backup plan belongs to its instance for ever, so another id means another plan, and
# with the old plan go the backups of the old server. Whoever wants to keep them gives the new server a block of its
# own, and pauses this one.
#
# `before/` is the configuration with the old server, `later.sed` lets a month go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator

provider "alicloud" {
  region = "cn-shenzhen"
}

resource "alicloud_ecs_file_backup" "exports" {
  instance_id = "i-wz9exports02"
  priority    = "L1"
  start_time  = "05:00"
  time_zone   = "Asia/Shanghai"

  workload {
    kind     = "files"
    size_gib = 800
  }
}
