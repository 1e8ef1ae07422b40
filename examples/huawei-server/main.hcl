# Servers of Huawei Cloud, backed up every day at 14:00 of their own time into a vault of their own. The newest 7 backups
# are kept, and beyond these the last one of each of 4 weeks, 12 months and 3 years. The scratch disk of the database
# server is left out, so it takes no room.
#
#   backform plan --emulator

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_policy" "long" {
  name            = "daily-and-long"
  type            = "backup"
  backup_quantity = 7
  time_zone       = "UTC+08:00"

  backup_cycle {
    interval        = 1
    execution_times = ["06:00"]
  }

  long_term_retention {
    weekly  = 4
    monthly = 12
    yearly  = 3
  }
}

resource "huaweicloud_cbr_vault" "servers" {
  name             = "servers"
  type             = "server"
  protection_type  = "backup"
  consistent_level = "app_consistent"
  size             = 500
  is_multi_az      = true

  policy {
    id = huaweicloud_cbr_policy.long.id
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000001"
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000002"
    excludes  = ["8b1a6d52-0c1e-4e55-9c9e-000000000002-disk-2"]
  }

  tags = {
    team = "shop"
  }
}
