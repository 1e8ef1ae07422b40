# Names were tidied up: the block `web` is now `shop`, and the two blocks of the mail servers have become one with
# `for_each`. The `moved` blocks say so, and nothing happens to any backup: only the state learns the new names. Without
# them the plan would pause three backups and ask for three new ones.
#
# `before/` is the configuration with the old names. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
}

resource "alicloud_ecs_file_backup" "mail" {
  for_each    = { in = "i-bp1mailin001", out = "i-bp1mailout01" }
  instance_id = each.value
}

moved {
  from = alicloud_ecs_file_backup.web
  to   = alicloud_ecs_file_backup.shop
}

moved {
  from = alicloud_ecs_file_backup.mail_in
  to   = alicloud_ecs_file_backup.mail["in"]
}

moved {
  from = alicloud_ecs_file_backup.mail_out
  to   = alicloud_ecs_file_backup.mail["out"]
}
