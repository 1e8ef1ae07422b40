# The three servers under their old names.

provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_ecs_file_backup" "web" {
  instance_id = "i-bp1shop00001"
}

resource "alicloud_ecs_file_backup" "mail_in" {
  instance_id = "i-bp1mailin001"
}

resource "alicloud_ecs_file_backup" "mail_out" {
  instance_id = "i-bp1mailout01"
}
