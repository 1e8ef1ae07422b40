# What the configuration does in the world as it was recorded, and once it is in force.

run "everything_is_protected" {
  assert {
    condition     = plan.summary.create == 4 && plan.summary.destroy == 0
    error_message = "Two plans, a policy and a vault are made, and nothing goes."
  }

  assert {
    condition     = plan.coverage.after == 3
    error_message = "Each of the three servers is protected."
  }

  assert {
    condition     = alicloud_ecs_file_backup.server["mail"].priority == "L1"
    error_message = "The mail server holds too much for the lower priority."
  }

  assert {
    condition     = output.protected == { mail = "L1", web = "L0" }
    error_message = "The output names each server with its priority."
  }
}

run "applied_again_it_changes_nothing" {
  before {}

  assert {
    condition     = plan.summary.no_op == 4 && !plan.applyable
    error_message = "What is in force is what the configuration says."
  }
}

run "a_new_server_is_noticed" {
  world = "worlds/new-server.json"

  expect_failures = [check.every_server_is_protected]
}
