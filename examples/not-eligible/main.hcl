# Not every server is for the Essential Edition. The database holds its files open, so a copy of them may not restore;
# the old intranet server is on the classic network, where there is no backup client: both are stopped here, with the
# reason and with what to use in their place, before anything is created. The mail server has a small database too, and
# its owner has decided to go on: the vendor's own sentence lets it pass, and the plan keeps naming the risk.
#
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "database" {
  instance_id = "i-bp1database1"

  workload {
    kind     = "postgresql"
    size_gib = 120
  }
}

resource "alicloud_ecs_file_backup" "intranet" {
  instance_id = "i-bp1intranet1"
}

resource "alicloud_ecs_file_backup" "mail" {
  instance_id      = "i-bp1mail00001"
  acknowledge_risk = "I understand the risks and still want to use ECS File Backup Essential Edition"

  workload {
    kind     = "files"
    size_gib = 90
    needs    = ["database"]
  }
}
