"""Camunda 7's names and shapes: its queries, its variable values, its services. Knows no HTTP."""
