# 0/0/0: blue serves v1 of both.
releases = {
  api = { release = "v1" }
  web = { release = "v1" }
}
