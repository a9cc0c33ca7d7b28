"""The demo's side of the HTTP interface: what any program would send."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx


class DemoError(Exception):
    """Something did not go as the demo promises."""


class Client:
    """Talks to one server; every answer that is not a success is a DemoError."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=120.0, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def is_ready(self) -> bool:
        """Whether the server and its database answer."""
        try:
            return self._http.get("/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def deploy(self, model: Path) -> dict[str, Any]:
        """Deploy one model."""
        files = {"files": (model.name, model.read_bytes(), "application/xml")}
        return self._send("POST", "/shoal/v1/deployments", files=files)

    def start(self, key: str, count: int, business_key: str, variables: dict[str, Any]) -> None:
        """Start ``count`` instances of the newest version."""
        body = {"count": count, "business_key": business_key, "variables": variables, "with_ids": False}
        self._send("POST", f"/shoal/v1/process-definitions/{key}/instances", json=body)

    def count(self, **conditions: Any) -> int:
        """How many instances meet the conditions."""
        answer = self._send("POST", "/shoal/v1/process-instances/count", json=conditions)
        return int(answer["count"])

    def create_batch(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Begin a batch."""
        return self._send("POST", f"/shoal/v1/batches/{operation}", json=request)

    def batch(self, batch_id: str) -> dict[str, Any]:
        """Everything about a batch."""
        return self._send("GET", f"/shoal/v1/batches/{batch_id}")

    def statistics(self, batch_id: str) -> dict[str, Any]:
        """How far a batch is."""
        return self._send("GET", f"/shoal/v1/batches/{batch_id}/statistics")

    def _send(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **content)
        except httpx.TransportError as error:
            raise DemoError(f"the server does not answer: {error}") from error
        body: dict[str, Any] = answer.json()
        if not answer.is_success:
            raise DemoError(f"{method} {path}: {answer.status_code} {body.get('message', body)}")
        return body
