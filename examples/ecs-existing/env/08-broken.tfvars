# v4 never becomes healthy: it fails red and the public never sees it.
release         = "v4"
task_definition = "web:4"
enable_canary   = true
activate_canary = false
promote_to_all  = true
