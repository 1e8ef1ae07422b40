# A team keeps the backups of its shop as code, in a repository with tests of its own. Each server of the map gets a daily
# file backup; the order database is in a vault of the other cloud. The cases in `tests` plan this against recorded worlds:
# no case needs credentials, and none can reach a cloud. They say what must never happen (a destroyed backup, a server
# without protection), and each keeps the text of its plan as a snapshot, so that a pull request shows what it changes.
#
#   backform plan --emulator
#   backform test
#
# `.github/workflows/backups.yml` and `.gitlab-ci.yml` run format, validation and tests for every change. The worlds are
# recorded with `backform emulator capture --out worlds/NAME.json` by somebody who has credentials.

provider "alicloud" {
  region = "cn-hangzhou"
}

provider "huaweicloud" {
  region = "cn-north-4"
}

variable "servers" {
  description = "The servers of the shop, and how much data each of them holds."
  type = map(object({
    instance_id = string
    size_gib    = number
    paused      = optional(bool, false)
  }))
  default = {
    web  = { instance_id = "i-bp1shopweb001", size_gib = 35 }
    mail = { instance_id = "i-bp1shopmail01", size_gib = 700 }
  }

  validation {
    condition     = alltrue([for server in var.servers : server.size_gib <= 2048])
    error_message = "The Essential Edition is for servers with at most 2 TB of data."
  }
}

variable "retention_days" {
  description = "How long backups of the order database are kept; the auditors want two weeks at least."
  type        = number
  default     = 30

  validation {
    condition     = var.retention_days >= 14
    error_message = "Backups of orders are kept for 14 days at least, and not for ${var.retention_days}."
  }
}

resource "alicloud_ecs_file_backup" "server" {
  for_each = var.servers

  instance_id = each.value.instance_id
  # More than 600 GB is too much for the lower priority.
  priority   = each.value.size_gib < 600 ? "L0" : "L1"
  paused     = each.value.paused
  start_time = "02:30"
  time_zone  = "Asia/Shanghai"

  workload {
    kind     = "files"
    size_gib = each.value.size_gib
  }
}

resource "huaweicloud_cbr_policy" "daily" {
  name        = "orders-daily"
  type        = "backup"
  time_period = var.retention_days
  time_zone   = "UTC+08:00"

  backup_cycle {
    interval        = 1
    execution_times = ["03:00"]
  }
}

resource "huaweicloud_cbr_vault" "orders" {
  name             = "orders"
  type             = "server"
  protection_type  = "backup"
  consistent_level = "crash_consistent"
  size             = 400

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-0000000000db"
  }
}

data "alicloud_instances" "shop" {
  tags = {
    team = "shop"
  }
}

check "every_server_is_protected" {
  assert {
    condition = alltrue([
      for id in data.alicloud_instances.shop.ids : contains(values(var.servers)[*].instance_id, id)
    ])
    error_message = "A server with the tag `team = shop` is in nobody's plan."
  }
}

output "protected" {
  description = "Which server is backed up with which priority."
  value       = { for name, backup in alicloud_ecs_file_backup.server : name => backup.priority }
}
