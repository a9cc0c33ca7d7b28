"""The tables as the first revision made them. Frozen: later revisions change them, not these files."""
