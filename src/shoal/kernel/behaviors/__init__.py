"""BPMN's table of contents: one file per family of elements, each behind ``contract.Behavior``."""
