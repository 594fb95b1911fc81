# v3 begins a new cycle on the other color; v2 keeps serving.
release         = "v3"
task_definition = "web:3"
enable_canary   = true
activate_canary = false
promote_to_all  = false
