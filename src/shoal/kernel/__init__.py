"""What a token does. A pure function: ``(process, snapshot, stimulus) -> effects``.

No SQL, no clock, no network: the time is an argument, new ids and the callables of service tasks come
through the ``Host``. Nothing here knows how many instances are moved at once.
"""

from __future__ import annotations
