# 0/0/0 with v1 again: back to blue. While it still runs, that is one rule change.
releases = {
  api = { release = "v1" }
  web = { release = "v1" }
}
