# The shop and the wiki.

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
}

resource "alicloud_ecs_file_backup" "wiki" {
  instance_id = "i-bp1wiki00001"
}
