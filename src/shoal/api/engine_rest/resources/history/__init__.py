"""``/history``: what was."""
