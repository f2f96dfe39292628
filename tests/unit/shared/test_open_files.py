"""A process may open as many files as its system lets it, not as many as it starts with."""

import resource
from collections.abc import Iterator

import pytest

from shared.service.processes.open_files import allow_open_files


@pytest.fixture
def few() -> Iterator[int]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = before[1] - 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, before[1]))
    yield few
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_soft_limit_becomes_the_hard_one(few: int) -> None:
    assert allow_open_files() == few + 1
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (few + 1, few + 1)
