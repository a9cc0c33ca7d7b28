"""Camunda 7's queries, one file each: what REST, batches and the Python services ask with."""
