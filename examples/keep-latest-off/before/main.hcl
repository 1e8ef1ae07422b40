# The reports, whose newest recovery point is kept whatever its age.

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "reports" {
  instance_id          = "i-bp1report001"
  keep_latest_snapshot = true
}
