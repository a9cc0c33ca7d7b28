"""``/process-instance``."""

from __future__ import annotations

PREFIX = "/process-instance"
TAG = "Process Instance"
