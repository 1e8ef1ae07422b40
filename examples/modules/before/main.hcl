provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "web" {
  instance_id = "i-bp1shopweb01"
  start_time  = "02:30"
  time_zone   = "Asia/Shanghai"
}

resource "alicloud_ecs_file_backup" "database" {
  instance_id = "i-bp1shopdb001"
  start_time  = "02:30"
  time_zone   = "Asia/Shanghai"
}
