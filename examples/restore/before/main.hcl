# The shop, before anything was lost.

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
}
