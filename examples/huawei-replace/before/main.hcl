# A vault in one zone.

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_policy" "daily" {
  name            = "daily"
  type            = "backup"
  backup_quantity = 30

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
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000001"
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000002"
  }
}
