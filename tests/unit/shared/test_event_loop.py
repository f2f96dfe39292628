"""Processes run on uvloop where it is installed, and on asyncio's own loop elsewhere."""

import asyncio

import pytest

from shared.service.processes.event_loop import new_event_loop


def test_the_loop_is_of_uvloop_where_it_is_installed() -> None:
    uvloop = pytest.importorskip("uvloop")
    loop = new_event_loop()
    loop.close()
    assert isinstance(loop, uvloop.Loop)


def test_the_loop_is_of_asyncio_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.service.processes.event_loop.find_spec", lambda name: None)
    loop = new_event_loop()
    loop.close()
    assert type(loop).__module__.startswith(asyncio.__name__)
