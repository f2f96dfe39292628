"""What the adapter replaces in Faust is there to be replaced, and is written down in ADR 22."""

from importlib.metadata import requires, version
from pathlib import Path

import pytest
from faust.transport.consumer import Consumer
from mode.threads import ServiceThread, WorkerThread

from shared.kafka.faust_adapter.application import Application
from shared.kafka.faust_adapter.direct_consumer import DirectConsumer, SilentMonitor
from shared.kafka.faust_adapter.shared_loop import SharedLoopConsumer
from shared.kafka.faust_adapter.waiting_stream import WaitingStream

ADR = Path(__file__).parents[3] / "docs/decisions/0022-faust.md"
PIN = "0.15.3"

REPLACED: dict[type, frozenset[str]] = {
    Application: frozenset({"_new_transport", "_create_directories"}),
    DirectConsumer: frozenset(
        {"_new_consumer_thread", "wait_first", "verify_all_partitions_active"}
    ),
    SharedLoopConsumer: frozenset(
        {"call_thread", "_keepalive2", "_thread_keepalive", "on_thread_stop",
         "_gather_remaining_tasks"}
    ),
    WaitingStream: frozenset({"wait_for_stopped", "_stopped_set", "_crash"}),
    SilentMonitor: frozenset(
        {"on_message_in", "on_message_out", "on_stream_event_in", "on_stream_event_out",
         "track_tp_end_offset"}
    ),
}  # fmt: skip
USED: tuple[tuple[type, str], ...] = (
    (ServiceThread, "_serve"),
    (ServiceThread, "set_shutdown"),
    (WorkerThread, "stop"),
    (Consumer, "_committed_offset"),
)


def inherited(adapter: type, name: str) -> bool:
    return any(name in vars(base) for base in adapter.__mro__[1:])


def replacing(adapter: type) -> frozenset[str]:
    made_by_metaclasses = {"_abc_impl", "logger"}
    names = {name for name in vars(adapter) if not name.startswith("__")} - made_by_metaclasses
    return frozenset(name for name in names if inherited(adapter, name))


@pytest.mark.parametrize("adapter", REPLACED, ids=lambda adapter: adapter.__name__)
def test_faust_still_has_every_name_that_the_adapter_replaces(adapter: type) -> None:
    gone = {name for name in REPLACED[adapter] if not inherited(adapter, name)}
    assert not gone, (
        f"Faust {version('faust-streaming')} no longer has {sorted(gone)}, which "
        f"{adapter.__module__}.{adapter.__name__} replaces: read {ADR.name} before moving the pin"
    )


@pytest.mark.parametrize(("owner", "name"), USED)
def test_faust_still_has_every_private_name_that_the_adapter_uses(owner: type, name: str) -> None:
    assert hasattr(owner, name) or name in owner.__annotations__, (
        f"Faust {version('faust-streaming')} no longer has {owner.__name__}.{name}, which "
        f"shared/kafka/faust_adapter uses: read {ADR.name} before moving the pin"
    )


@pytest.mark.parametrize("adapter", REPLACED, ids=lambda adapter: adapter.__name__)
def test_nothing_else_is_replaced(adapter: type) -> None:
    assert replacing(adapter) == REPLACED[adapter]


def test_the_pin_is_the_version_that_the_adapter_was_written_for() -> None:
    pins = [line for line in requires("duban") or () if line.startswith("faust-streaming")]
    assert pins == [f"faust-streaming=={PIN}"], (
        f"{pins} is not faust-streaming=={PIN}: the adapter replaces private parts of Faust, so "
        f"read {ADR.name}, measure anew, and then move the pin here, too"
    )
    assert version("faust-streaming") == PIN


def test_the_decision_names_everything_that_is_replaced_or_used() -> None:
    page = ADR.read_text()
    names = {name for replaced in REPLACED.values() for name in replaced}
    names |= {name for _, name in USED if name.startswith("_")} | {"_fetcher"}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
