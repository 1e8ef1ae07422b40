# One argument is switched off, in place and without a replacement, and it is still a loss: the newest recovery point of
# the reports was kept whatever its age, and from now on it expires 30 days after it was made, as all others do. Should
# the backups ever stop unnoticed, nothing would be left a month later. So the id of the backup plan must be typed here
# too.
#
# `before/` is the configuration as it was, `later.sed` lets a month go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "reports" {
  instance_id          = "i-bp1report001"
  keep_latest_snapshot = false
}
