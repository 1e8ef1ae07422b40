# The shop now closes at two in the morning, so its backup moves from 01:00 to 03:15; and the files have grown, so the
# backup gets the higher priority, which reads up to 30 MB/s in place of 10. Both are changes in place: no recovery
# point is touched, and all of it can be undone by another apply.
#
# `before/` is the configuration as it was. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
  priority    = "L1"
  start_time  = "03:15"
  time_zone   = "Asia/Shanghai"

  workload {
    kind     = "website"
    size_gib = 480
  }
}
