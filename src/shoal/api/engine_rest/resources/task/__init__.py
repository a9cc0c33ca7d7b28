"""``/task``: user tasks."""
