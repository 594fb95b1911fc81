# The first release: blue serves v1.
release         = "v1"
task_definition = "web:1"
enable_canary   = false
activate_canary = false
promote_to_all  = false
