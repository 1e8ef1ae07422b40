# Two servers of a small shop get a daily file backup each: the web server at night, the tools server
# with more speed, since it holds more. Nothing is protected yet.
#
#   cargo run --release -- -C examples/quickstart plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

variable "zone" {
  description = "The time zone of the people who run the shop."
  type        = string
  default     = "Asia/Shanghai"
}

resource "alicloud_ecs_file_backup" "web" {
  instance_id = "i-bp1web00001"
  start_time  = "02:30"
  time_zone   = var.zone

  workload {
    kind     = "website"
    size_gib = 35
  }
}

resource "alicloud_ecs_file_backup" "tools" {
  instance_id = "i-bp1tools0001"
  priority    = "L1"
  start_time  = "03:30"
  time_zone   = var.zone

  workload {
    kind     = "files"
    size_gib = 700
  }

  lifecycle {
    prevent_destroy = true
  }
}

output "plans" {
  description = "The backup plan of each server."
  value = {
    web   = alicloud_ecs_file_backup.web.plan_id
    tools = alicloud_ecs_file_backup.tools.plan_id
  }
}
