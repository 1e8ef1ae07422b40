# One of everything that a plan's JSON has a place for, made of what Terraform has built in: both tools can plan it.
variable "revision" {
  default     = "1"
  description = "changed to see updates and replacements"
}

variable "password" {
  default   = "hunter2"
  sensitive = true
}

variable "names" {
  type    = map(string)
  default = { a = "x", b = "y" }

  validation {
    condition     = length(var.names) > 0
    error_message = "name something"
  }
}

variable "region" {
  type = string
}

locals {
  tags = { env = "prod", revision = var.revision }
}

resource "terraform_data" "one" {
  input            = { password = var.password, tags = local.tags, number = 1, list = ["a", var.revision] }
  triggers_replace = [var.revision]
}

resource "terraform_data" "two" {
  input      = terraform_data.one.id
  depends_on = [terraform_data.many]
}

resource "terraform_data" "many" {
  for_each = var.names
  input    = "${each.key}-${each.value}-${var.revision}"

  lifecycle {
    precondition {
      condition     = each.key != "c"
      error_message = "not c"
    }
  }
}

resource "terraform_data" "counted" {
  count = var.revision == "1" ? 2 : 1
  input = "${count.index}-${var.revision}"
}

resource "terraform_data" "bare" {}

resource "terraform_data" "triggered" {
  input = "same"

  lifecycle {
    replace_triggered_by = [terraform_data.one]
  }
}

resource "terraform_data" "first" {
  input            = toset(["b", "a"])
  triggers_replace = { text = "line\n${var.revision}" }

  lifecycle {
    create_before_destroy = true
  }
}

module "single" {
  source = "./modules/inner"
  x      = var.revision
  y      = terraform_data.one.output
}

module "repeated" {
  source   = "./modules/inner"
  for_each = var.names
  x        = each.value
  y        = "constant"
  secret   = "s3cr3t"
}

check "revision" {
  assert {
    condition     = var.revision == "1"
    error_message = "the revision is not 1"
  }
}

output "same" {
  value = "fixed"
}

output "revision" {
  value       = var.revision
  description = "as given"
}

output "password" {
  value     = var.password
  sensitive = true
}

output "late" {
  value = terraform_data.one.id
}

output "nothing" {
  value = null
}

output "inner" {
  value = module.repeated["a"].all

  precondition {
    condition     = var.region != ""
    error_message = "no region"
  }
}
