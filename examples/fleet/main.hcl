# Twelve servers run for the web team, and nobody wants to write twelve blocks. A data source lists them, and every
# server with the tag `backup = "daily"` gets a plan of its own: large ones with the higher priority, each at its own
# minute of the night so that they do not all start at once. Two servers are left out by their tags, and the next server
# with the tag is protected by the next apply without a change of this file.
#
#   backform plan --emulator

provider "alicloud" {
  region = "cn-beijing"
}

data "alicloud_instances" "daily" {
  status = "Running"
  tags = {
    team   = "web"
    backup = "daily"
  }
}

locals {
  servers = { for server in data.alicloud_instances.daily.instances : server.name => server }
  names   = sort(keys(local.servers))
}

resource "alicloud_ecs_file_backup" "fleet" {
  for_each = local.servers

  instance_id = each.value.id
  priority    = each.value.cpu >= 8 ? "L1" : "L0"
  start_time  = "02:${10 + 4 * index(local.names, each.key)}"
  time_zone   = "Asia/Shanghai"

  workload {
    kind = startswith(each.key, "media-") ? "media" : "website"
  }
}

output "protected" {
  description = "Which server is backed up when."
  value       = { for name, backup in alicloud_ecs_file_backup.fleet : name => "${backup.instance_id} at ${backup.start_time}" }
}
