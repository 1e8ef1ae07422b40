Feature: Every server's backup runs
  Scenario: No backup is paused
    Given I have alicloud_ecs_file_backup defined
    Then it must contain paused
    And its value must be false
