# What must not be lost, and what a change that loses something looks like. Each case begins two days after everything
# was applied, so that there are backups.

run "a_server_that_leaves_the_map_is_paused" {
  before {
    advance = "P2D"
  }

  variables {
    servers = {
      web = { instance_id = "i-bp1shopweb001", size_gib = 35 }
    }
  }

  # The mail server still has the team's tag.
  expect_failures = [check.every_server_is_protected]

  assert {
    condition     = plan.changes["alicloud_ecs_file_backup.server[\"mail\"]"].action == "pause"
    error_message = "Its backups must stay."
  }

  assert {
    condition     = [for risk in plan.risks : risk.kind] == ["stops-protection"]
    error_message = "Nothing but the protection of the mail server ends."
  }
}

run "a_shorter_retention_is_a_loss" {
  before {
    advance = "P20D"
  }

  variables {
    retention_days = 14
  }

  assert {
    condition     = plan.tier == 3 && plan.risks[0].kind == "expires-backups"
    error_message = "Whoever shortens the retention must be told that backups expire."
  }
}

run "an_even_shorter_one_is_refused" {
  variables {
    retention_days = 7
  }

  expect_failures = [var.retention_days]
}

run "destroying_everything_needs_an_id_for_each_loss" {
  before {
    advance = "P2D"
  }

  destroy = true

  assert {
    condition     = length(plan.confirmations) > 0
    error_message = "Backups would be destroyed without anybody typing an id."
  }
}
