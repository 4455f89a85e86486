"""``python -m quoth`` is the command ``quoth``."""

from .ui.cli.main import main

main()
