"""The headless commands, a module each with ``add(commands)``."""
