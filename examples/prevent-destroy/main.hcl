# The accounting was protected with `prevent_destroy`. Then somebody removed its whole block, the protection with it, and
# asked for the destruction of its backups. `prevent_destroy` outlives its block: the plan shows what was asked for, and
# that it is blocked, and apply refuses the whole plan.
#
# `before/` is the configuration with the accounting, `later.sed` lets ten days go by. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   sed -i -f later.sed .backform/world.json
#   backform plan --emulator

provider "alicloud" {
  region = "eu-central-1"
}

removed {
  from = alicloud_ecs_file_backup.accounting

  lifecycle {
    destroy = true
  }
}
