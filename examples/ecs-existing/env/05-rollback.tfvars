# Back to v1: blue is still up, so it is one rule change.
release         = "v1"
task_definition = "web:1"
enable_canary   = false
activate_canary = false
promote_to_all  = false
