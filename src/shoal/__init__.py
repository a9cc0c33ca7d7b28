"""Shoal: a BPMN 2.0 workflow engine that moves process instances by the hundred thousand."""

from __future__ import annotations
