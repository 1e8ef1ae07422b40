# The exports when they were still made on the old server.

provider "alicloud" {
  region = "cn-shenzhen"
}

resource "alicloud_ecs_file_backup" "exports" {
  instance_id = "i-wz9exports01"
  priority    = "L1"
  start_time  = "05:00"
  time_zone   = "Asia/Shanghai"

  workload {
    kind     = "files"
    size_gib = 800
  }
}
