# The office sees v2, the public stays on v1.
release         = "v2"
task_definition = "web:2"
enable_canary   = true
activate_canary = true
promote_to_all  = false
