# The wiki has been shut down, its content is in the archive of the company, and its backups shall go: the `removed` block
# says so in so many words. The plan shows what would be lost for ever, read from the cloud just now, and nothing but
# the id of the lost plan lets it happen.
#
# `before/` is the configuration with the wiki, `later.sed` lets a month go by. In this directory:
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

removed {
  from = alicloud_ecs_file_backup.wiki

  lifecycle {
    destroy = true
  }
}
