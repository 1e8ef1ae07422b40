environment = "production"
on_call     = "+65 6123 4567"

servers = {
  shop = {
    instance_id = "i-t4nshop00001"
    large       = true
  }
  blog = {
    instance_id = "i-t4nblog00001"
    hour        = "04"
  }
}
