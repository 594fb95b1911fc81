# v2 runs on green, beside v1, without traffic.
release         = "v2"
task_definition = "web:2"
enable_canary   = true
activate_canary = false
promote_to_all  = false
