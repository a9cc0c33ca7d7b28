"""``/external-task``: work for remote workers."""

from __future__ import annotations

PREFIX = "/external-task"
TAG = "External Task"
