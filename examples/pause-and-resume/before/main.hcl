# The shop and its archive before `../main.hcl`: the archive was being migrated.

provider "alicloud" {
  region = "cn-shanghai"
}

resource "alicloud_ecs_file_backup" "shop" {
  instance_id = "i-uf6shop00001"

  workload {
    kind     = "website"
    size_gib = 60
  }
}

resource "alicloud_ecs_file_backup" "archive" {
  instance_id = "i-uf6archive01"
  paused      = true

  workload {
    kind     = "files"
    size_gib = 200
  }
}
