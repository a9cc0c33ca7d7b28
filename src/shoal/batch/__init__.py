"""Batches: one requested change of many elements, durable, previewable, pausable, with an outcome for each."""
