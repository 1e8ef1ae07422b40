# Before a release the servers are backed up once more, and the backup is kept as code: whoever wants it gone has to say
# so, and reads first what is lost. `on_removal` stays as it is, so taking the block away leaves the backups where they are.
#
# `before/` is the configuration that was applied first. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   backform plan --emulator

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

resource "huaweicloud_cbr_checkpoint" "release" {
  name        = "before-release-7"
  description = "kept until release 8 is out"
  vault_id    = huaweicloud_cbr_vault.servers.id

  dynamic "backups" {
    for_each = ["srv-shop", "srv-mail"]

    content {
      type        = "OS::Nova::Server"
      resource_id = backups.value
    }
  }
}

output "backups" {
  value = huaweicloud_cbr_checkpoint.release.id
}
