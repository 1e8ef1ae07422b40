# Somebody was in a hurry: in the console all backups were paused "for a moment", and the one of the shop was moved to
# one o'clock in the afternoon. The plan says both what was done behind our back and what it takes to come back to what
# is written here. (Where the console is right, change this file, and the plan gets empty.)
#
# `before/` is the configuration when it was applied, `later.sed` what happened to the world since. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "blog" {
  instance_id = "i-bp1blog00001"
  start_time  = "04:00"
  time_zone   = "Asia/Shanghai"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
  start_time  = "01:30"
  time_zone   = "Asia/Shanghai"
}
