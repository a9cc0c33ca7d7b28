"""Who asked for it: the authenticated user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests.integration.commands.models import END, START, TASK, chain

from shoal.api.app import create_app
from shoal.engine import Engine

CREDENTIALS = {"auth_token": "t0ken", "auth_user": "jörg", "auth_password": "p"}


@pytest.mark.parametrize(
    ("settings", "sent", "user"),
    [
        ({}, {}, None),
        (CREDENTIALS, {"auth": ("jörg", "p")}, "jörg"),
        (CREDENTIALS, {"headers": {"Authorization": "Bearer t0ken"}}, "token"),
    ],
)
def test_batches_and_instances_know_who_asked_for_them(
    open_engine: Callable[..., Engine],
    serving: Callable[[FastAPI], str],
    settings: dict[str, Any],
    sent: dict[str, Any],
    user: str | None,
) -> None:
    engine = open_engine(**settings)
    engine.definitions.deploy(contents={"p.bpmn": chain("p", START, TASK, END)})
    with httpx.Client(base_url=serving(create_app(engine)), timeout=30, trust_env=False, **sent) as client:
        (order,) = client.post("/shoal/v1/process-definitions/p/instances", json={}).json()["ids"]
        assert client.get(f"/shoal/v1/process-instances/{order}").json()["started_by"] == user
        batch = client.post("/shoal/v1/batches/suspend-instances", json={"ids": [order]}).json()
        assert batch["created_by"] == user
