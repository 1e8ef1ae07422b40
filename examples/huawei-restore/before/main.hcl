# The servers, before anything was spoiled.

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_policy" "daily" {
  name            = "daily"
  type            = "backup"
  backup_quantity = 7

  backup_cycle {
    interval        = 1
    execution_times = ["06:00"]
  }
}

resource "huaweicloud_cbr_vault" "servers" {
  name            = "servers"
  type            = "server"
  protection_type = "backup"
  size            = 1000

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "srv-shop"
  }

  resources {
    server_id = "srv-mail"
  }
}
