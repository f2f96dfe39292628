"""Pure code that does not end is stopped; what others compute meanwhile is not laid to its door."""

import threading
import time

import pytest

from shared.service.subscriptions.sandbox import PureFailure, pure

LIMIT = 0.05


def hang() -> None:
    while True:
        pass


def test_what_would_never_end_is_stopped_within_its_own_time() -> None:
    began = time.thread_time()
    with pytest.raises(PureFailure, match=r"^Endless at test_sandbox\.py:"), pure(LIMIT):
        hang()
    assert LIMIT <= time.thread_time() - began < LIMIT + 0.5


def test_the_work_of_other_threads_accuses_nobody() -> None:
    """The process computes for four times the limit, this thread only waits for it."""
    done = threading.Event()

    def crowd() -> None:
        began = time.thread_time()
        while time.thread_time() - began < 4 * LIMIT:
            pass
        done.set()

    with pure(LIMIT):
        began = time.process_time()
        threading.Thread(target=crowd).start()
        assert done.wait(timeout=30)
    assert time.process_time() - began >= 4 * LIMIT


def test_one_that_hangs_is_stopped_also_while_others_compute() -> None:
    ended = threading.Event()

    def crowd() -> None:
        while not ended.is_set():
            pass

    threading.Thread(target=crowd).start()
    try:
        with pytest.raises(PureFailure, match=r"^Endless"), pure(LIMIT):
            hang()
    finally:
        ended.set()


def test_nothing_is_interrupted_once_the_pure_part_is_over() -> None:
    with pure(LIMIT):
        pass
    began = time.thread_time()
    while time.thread_time() - began < 2 * LIMIT:
        pass


def test_a_failure_names_its_type_and_line_and_nothing_of_the_fact() -> None:
    with pytest.raises(PureFailure) as failure, pure():
        raise KeyError("张三 13800000000")
    assert failure.value.where.startswith("KeyError at test_sandbox.py:")
    assert "138" not in failure.value.where
