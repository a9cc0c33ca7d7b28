"""Jobs: acquired with a lease, run, retried, and turned into incidents."""
