# How the servers of one team are backed up.

variable "servers" {
  description = "Ids of ECS instances, by a name that people know."
  type        = map(string)

  validation {
    condition     = length(var.servers) > 0
    error_message = "A team without servers needs no module."
  }
}

variable "start_time" {
  description = "When the daily backup begins, in the time zone of the house."
  type        = string
}


resource "alicloud_ecs_file_backup" "server" {
  for_each    = var.servers
  instance_id = each.value
  start_time  = var.start_time
  time_zone   = "Asia/Shanghai"
}

output "plans" {
  value = { for name, server in alicloud_ecs_file_backup.server : name => server.plan_id }
}
