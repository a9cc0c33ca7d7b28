"""Camunda 7's Java services in Python: the same names in snake case. They hold no rule."""
