variable "x" {}

variable "y" {
  default     = "z"
  description = "whatever"
}

variable "secret" {
  default   = ""
  sensitive = true
}

resource "terraform_data" "in" {
  input = { x = var.x, y = var.y, c = "constant" }
}

output "all" {
  value = terraform_data.in.output
}
