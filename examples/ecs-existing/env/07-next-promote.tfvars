# Everybody sees v3, in steps.
release         = "v3"
task_definition = "web:3"
enable_canary   = true
activate_canary = false
promote_to_all  = true
