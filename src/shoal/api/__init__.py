"""HTTP. Thin: parses, authorises, calls the same use cases as Python and the CLI, renders."""
