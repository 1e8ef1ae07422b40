# Somebody has emptied the orders of the shop this morning. They are restored out of last night's recovery point, over
# what is there now: a restore is no state, so no block says it, and yet it is planned, read and approved like every
# change. Nothing but the id of the server lets its files be overwritten.
#
# `before/` is the configuration, `later.sed` lets a month go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator
#   backform backups --emulator
#   backform restore alicloud_ecs_file_backup.shop --include /data/orders --to-path /data --conflict overwrite \
#     --emulator --out restore.plan

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
}
