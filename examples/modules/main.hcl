# Two teams have servers, and each backs them up by the rules of the house: a module says them once. The servers of the
# shop were protected already, by blocks of their own; the `moved` blocks say where those are now, so that nothing
# happens to any backup. The check reminds us that somebody should be on call for every team, and stops nobody.
#
# `before/` is the configuration without the module. In this directory:
#
#   backform -C before apply --auto-approve --emulator=world.json
#   mv before/.backform .
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}

variable "teams" {
  description = "The servers of each team by name, and when its night begins."
  type = map(object({
    servers = map(string)
    start   = optional(string, "02:30")
    on_call = optional(string)
  }))
  default = {
    shop = {
      servers = { web = "i-bp1shopweb01", database = "i-bp1shopdb001" }
      on_call = "shop@example.com"
    }
    mail = {
      servers = { in = "i-bp1mailin001" }
      start   = "04:00"
    }
  }
}

module "team" {
  source   = "./modules/team"
  for_each = var.teams

  servers    = each.value.servers
  start_time = each.value.start
}

check "somebody_is_on_call" {
  assert {
    condition     = alltrue([for team in var.teams : team.on_call != null])
    error_message = "Nobody is on call for: ${join(", ", [for name, team in var.teams : name if team.on_call == null])}."
  }
}

moved {
  from = alicloud_ecs_file_backup.web
  to   = module.team["shop"].alicloud_ecs_file_backup.server["web"]
}

moved {
  from = alicloud_ecs_file_backup.database
  to   = module.team["shop"].alicloud_ecs_file_backup.server["database"]
}

output "plans" {
  description = "The backup plans of each team."
  value       = { for name, team in module.team : name => team.plans }
}
