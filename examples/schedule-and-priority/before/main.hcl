# The shop as it was protected before `../main.hcl`.

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-bp1shop00001"
  start_time  = "01:00"
  time_zone   = "Asia/Shanghai"

  workload {
    kind     = "website"
    size_gib = 320
  }
}
