"""Large values, outside of the database: any place that fsspec understands.

Written before the transaction that refers to them commits, removed only after the transaction that gives them
up has committed. A crash in between leaves a file that nothing refers to; ``sweep_orphans`` finds those.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import fsspec
from sqlalchemy import select

from shoal.clock import now
from shoal.errors import InputError, UnavailableError
from shoal.ids import is_id
from shoal.store.database import Database
from shoal.store.tables.variables import blob
from shoal.store.within import within

_GRACE = timedelta(hours=1)
_PAGE = 1000


class BlobStore:
    """The place of large values. Threads may share it."""

    def __init__(self, url: str) -> None:
        """InputError if fsspec does not know that kind of URL."""
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise InputError(f"SHOAL_BLOB_URL: '{url}': {error}", field="SHOAL_BLOB_URL") from None

    def put(self, blob_id: str, data: bytes) -> None:
        """Store the bytes, safe on disk when this returns. UnavailableError if that is not possible."""
        with _translated():
            path = self._path(blob_id)
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self._files.open(path, "wb") as file:
                file.write(data)
                file.flush()
                _sync(file)

    def get(self, blob_id: str) -> bytes:
        """The bytes. UnavailableError if they are not there."""
        with _translated():
            data: bytes = self._files.cat_file(self._path(blob_id))
            return data

    def remove(self, blob_ids: Iterable[str]) -> None:
        """Remove those that exist. What cannot be removed now stays for ``sweep_orphans``."""
        for blob_id in blob_ids:
            try:
                self._files.rm_file(self._path(blob_id))
            except OSError:
                continue

    def ids(self) -> Iterator[str]:
        """The ids of everything that is stored."""
        if not self._files.exists(self._root):
            return
        for path in self._files.find(self._root):
            name = str(path).rpartition("/")[2]
            if is_id(name):
                yield name

    def _path(self, blob_id: str) -> str:
        return f"{self._root}/{blob_id[-2:]}/{blob_id}"


def sweep_orphans(database: Database, blobs: BlobStore, grace: timedelta = _GRACE) -> int:
    """Remove the files that no row refers to and that are older than ``grace``; how many there were.

    The grace keeps what a transaction that is still open has just written.
    """
    before = now() - grace
    page: list[str] = []
    removed = 0
    for blob_id in blobs.ids():
        if _created_at(blob_id) < before:
            page.append(blob_id)
        if len(page) == _PAGE:
            removed += _sweep(database, blobs, page)
            page = []
    return removed + _sweep(database, blobs, page)


def _sweep(database: Database, blobs: BlobStore, page: Sequence[str]) -> int:
    if not page:
        return 0
    with database.read() as tx:
        known = set(tx.execute(select(blob.c.id).where(within(blob.c.id, page))).scalars())
    orphans = [blob_id for blob_id in page if blob_id not in known]
    blobs.remove(orphans)
    return len(orphans)


def _created_at(blob_id: str) -> datetime:
    """The first 48 bits of an id are the milliseconds of its creation."""
    return datetime.fromtimestamp(int(blob_id[:8] + blob_id[9:13], 16) / 1000, UTC)


def _sync(file: Any) -> None:
    if hasattr(file, "fileno"):
        try:
            os.fsync(file.fileno())
        except (OSError, ValueError):
            return  # a file without a descriptor of its own


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(f"the storage of large values does not answer: {error}") from error
