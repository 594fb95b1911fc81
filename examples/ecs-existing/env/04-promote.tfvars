# Everybody sees v2, in steps.
release         = "v2"
task_definition = "web:2"
enable_canary   = true
activate_canary = false
promote_to_all  = true
