# One text for several environments: what differs between them is in variables, with `production.auto.vars.hcl` here.
# Validations stop a wrong value before any cloud is called, templates and conditionals make the rest of it, and what
# is marked as sensitive never appears on a screen, in a plan or in a log.
#
#   backform plan --emulator
#   backform plan --emulator -var environment=test

provider "alicloud" {
  region = "ap-southeast-1"
}

variable "environment" {
  description = "Which of the environments this is."
  type        = string
  default     = "test"

  validation {
    condition     = contains(["production", "staging", "test"], var.environment)
    error_message = "The environment is production, staging or test, and not ${var.environment}."
  }
}

variable "servers" {
  description = "The servers by their names."
  type = map(object({
    instance_id = string
    hour        = optional(string, "03")
    large       = optional(bool, false)
  }))
}

variable "on_call" {
  description = "Who is called when a backup fails."
  type        = string
  sensitive   = true
}

locals {
  is_production = var.environment == "production"
}

resource "alicloud_ecs_file_backup" "server" {
  for_each = var.servers

  instance_id = each.value.instance_id
  priority    = each.value.large ? "L1" : "L0"
  paused      = !local.is_production
  start_time  = "${each.value.hour}:30"
  time_zone   = "Asia/Singapore"
}

output "summary" {
  description = "One line for each server."
  value = join("\n", [
    for name, backup in alicloud_ecs_file_backup.server :
    "${name}: %{ if backup.paused }paused%{ else }daily at ${backup.start_time}%{ endif }"
  ])
}

output "on_call" {
  description = "Who is called when a backup fails."
  value       = "call ${var.on_call}"
  sensitive   = true
}
