# Somebody switched the backups of two servers on in the console. From now on they are kept as code: the `import`
# blocks name the objects as the cloud has them, and the blocks below say how they should be. The first is as it should
# be already. The second rests, and will not once this plan is applied.
#
#   backform -C examples/import plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

locals {
  plans = {
    web   = { id = "plan-000000000004", instance = "i-bp1web00001", needs = [] }
    tools = { id = "plan-000000000002", instance = "i-bp1tools0001", needs = ["files"] }
  }
}

import {
  for_each = local.plans
  to       = alicloud_ecs_file_backup.server[each.key]
  id       = each.value.id
}

resource "alicloud_ecs_file_backup" "server" {
  for_each    = local.plans
  instance_id = each.value.instance

  # Nobody has told us yet what the web server holds.
  dynamic "workload" {
    for_each = each.value.needs
    content {
      kind = workload.value
    }
  }
}
