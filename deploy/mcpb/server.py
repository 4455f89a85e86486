"""Start ``quoth mcp``, with the settings that the host passes in the environment."""

import sys

from quoth.ui.cli.main import main

sys.argv[1:] = ["mcp"]
main()
