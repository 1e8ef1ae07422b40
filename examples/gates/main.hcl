# One server for each rule of the vendor's that stops the Essential Edition, declared or found out: each is stopped with
# the reason, the line that says it, and what to use in its place.
#
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "no_client" {
  instance_id = "i-bp1declared01"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["no-client"]
  }
}

resource "alicloud_ecs_file_backup" "clone" {
  instance_id = "i-bp1declared02"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["whole-machine"]
  }
}

resource "alicloud_ecs_file_backup" "remote" {
  instance_id = "i-bp1declared03"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["cross-region"]
  }
}

resource "alicloud_ecs_file_backup" "partner" {
  instance_id = "i-bp1declared04"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["cross-account"]
  }
}

resource "alicloud_ecs_file_backup" "encrypted" {
  instance_id = "i-bp1declared05"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["kms"]
  }
}

resource "alicloud_ecs_file_backup" "hourly" {
  instance_id = "i-bp1declared06"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["custom-policy"]
  }
}

resource "alicloud_ecs_file_backup" "shared" {
  instance_id = "i-bp1declared07"

  workload {
    kind     = "files"
    size_gib = 20
    needs    = ["network-storage"]
  }
}

resource "alicloud_ecs_file_backup" "small" {
  instance_id = "i-bp1found00008"
}

resource "alicloud_ecs_file_backup" "thirty_two_bit" {
  instance_id = "i-bp1found00009"
}

resource "alicloud_ecs_file_backup" "classic" {
  instance_id = "i-bp1found00010"
}

resource "alicloud_ecs_file_backup" "unassisted" {
  instance_id = "i-bp1found00011"
}

resource "alicloud_ecs_file_backup" "large" {
  instance_id = "i-bp1found00012"
}

resource "alicloud_ecs_file_backup" "huge" {
  instance_id = "i-bp1found00013"
}

resource "alicloud_ecs_file_backup" "gone" {
  instance_id = "i-bp1gone00001"
}
