# The block of the old wiki was deleted from this file. That does not delete its backups: the plan of the wiki is paused,
# every recovery point stays, and the block can come back. To destroy them takes a `removed` block that says so; see
# the example destroy-explicit.
#
# `before/` is the configuration with the wiki, `later.sed` lets ten days go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
}
