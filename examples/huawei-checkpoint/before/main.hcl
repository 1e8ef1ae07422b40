# The servers before the release.

provider "huaweicloud" {
  region = "cn-north-4"
}

resource "huaweicloud_cbr_vault" "servers" {
  name            = "servers"
  type            = "server"
  protection_type = "backup"
  size            = 500

  resources {
    server_id = "srv-shop"
  }

  resources {
    server_id = "srv-mail"
  }
}
