"""``/process-definition``: found, shown, started, suspended, deleted, counted."""
