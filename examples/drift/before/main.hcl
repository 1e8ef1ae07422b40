# The two servers when their backups were set up; nothing in it has changed since.

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
