"""Where the log of long-running commands goes: stderr, one line per event."""

from __future__ import annotations

import logging
import sys
import time

from shoal.settings import misspelled_variables


def log_to_stderr(*, verbose: bool) -> None:
    """Log warnings and what Shoal says of itself; everything with ``verbose``."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("shoal").setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def warn_of_misspelled_variables() -> None:
    """One line for each variable that names no setting but nearly does."""
    for name, meant in misspelled_variables().items():
        logging.getLogger("shoal").warning("%s is not a setting and is ignored; is %s meant?", name, meant)
