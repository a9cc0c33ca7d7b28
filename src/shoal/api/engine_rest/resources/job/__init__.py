"""``/job``: timers, asynchronous steps, and the work of batches."""

from __future__ import annotations

PREFIX = "/job"
TAG = "Job"
