"""Writes the launcher, started by the interpreter that installed the library, as <folder>/terraform."""
import os, sys

launch, folder = sys.argv[1:]
path = os.path.join(folder, "terraform")
with open(path, "w") as out:
    out.write(f"#!{sys.executable}\n{launch}")
os.chmod(path, 0o755)
