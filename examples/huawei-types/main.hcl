# One vault of each type: servers, disks, file systems (SFS Turbo), desktops (Workspace), machines elsewhere (vmware) and
# files. What the last two back up is chosen on the machines themselves; a vault for machines elsewhere takes no policy.
#
#   backform plan --emulator

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

resource "huaweicloud_cbr_vault" "server" {
  name            = "server"
  type            = "server"
  protection_type = "backup"
  size            = 500

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "8b1a6d52-0c1e-4e55-9c9e-000000000001"
  }
}

resource "huaweicloud_cbr_vault" "disk" {
  name            = "disk"
  type            = "disk"
  protection_type = "backup"
  size            = 200

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    includes = ["5d1c-data-1", "5d1c-data-2"]
  }
}

resource "huaweicloud_cbr_vault" "turbo" {
  name            = "turbo"
  type            = "turbo"
  protection_type = "backup"
  size            = 600

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    includes = ["7f5-share-1"]
  }
}

resource "huaweicloud_cbr_vault" "workspace" {
  name            = "workspace"
  type            = "workspace"
  protection_type = "backup"
  size            = 100

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }

  resources {
    server_id = "desk-1"
  }
}

resource "huaweicloud_cbr_vault" "vmware" {
  name            = "vmware"
  type            = "vmware"
  protection_type = "backup"
  size            = 1024
}

resource "huaweicloud_cbr_vault" "file" {
  name            = "file"
  type            = "file"
  protection_type = "backup"
  size            = 1024

  policy {
    id = huaweicloud_cbr_policy.daily.id
  }
}
