# Backups were switched on in the console for years, and nobody can say for which servers. `adopt` writes the
# configuration for all of them: one block for all that have the same settings, and the import blocks that take them
# over. The plan after it imports them and changes nothing.
#
#   backform plan --emulator
#   backform adopt --emulator --out adopted.hcl
#   backform plan --emulator

provider "alicloud" {
  region = "cn-hangzhou"
}
