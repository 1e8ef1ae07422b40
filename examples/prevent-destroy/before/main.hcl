# The accounting, whose backups nobody may destroy.

provider "alicloud" {
  region = "eu-central-1"
}

resource "alicloud_ecs_file_backup" "accounting" {
  instance_id = "i-gw8account01"
  start_time  = "02:00"
  time_zone   = "Europe/Berlin"

  lifecycle {
    prevent_destroy = true
  }
}
