"""The broker and the store of a test session: one of each, kept by the process that began it."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Client, Listener
from pathlib import Path
from threading import Thread

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part, Wanted
from shared.ops.embedded.parts import find_broker, find_store

FIND: dict[str, Callable[[Wanted], Part]] = {"store": find_store, "broker": find_broker}
END = ""


class Keeper:
    """Starts a part when a test first asks for it, and stops all of them when the session ends.

    Test processes ask over a Unix socket, because none of them may outlive the others. One thread
    answers and owns the parts: a server ends with the thread that started it.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="duban-parts-"))
        self._listener = Listener(place(self.folder), "AF_UNIX")
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        asked(self.folder, END)
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _serve(self) -> None:
        addresses: dict[str, str] = {}
        with self._listener, ExitStack() as stack:
            kind = None
            while kind != END:
                with self._listener.accept() as connection:
                    kind = connection.recv()
                    connection.send(answer(kind, addresses, stack, self.folder))


def answer(kind: str, addresses: dict[str, str], stack: ExitStack, folder: Path) -> tuple[str, str]:
    """Returns (address, ""), or ("", the reason) where the part does not start."""
    if kind != END and kind not in addresses:
        try:
            part = found(kind, folder)
            stack.callback(part.stop)
            part.start()
        except Exception as error:
            return "", f"{type(error).__name__}: {error}"
        addresses[kind] = part.address
    return addresses.get(kind, ""), ""


def found(kind: str, folder: Path) -> Part:
    if os.environ.get("DUBAN_TEST_PARTS") == "docker":
        # Imported here: without Docker nothing of it is needed.
        from shared.ops.embedded import containers  # noqa: PLC0415

        recipes = {"store": containers.store_in_container, "broker": containers.broker_in_container}
        return recipes[kind]()
    return FIND[kind](Wanted(settings_of(folder)))


def settings_of(folder: Path) -> OpsSettings:
    """Own data and any free ports; downloads are shared with `make run`."""
    return OpsSettings(
        data=folder,
        cache=OpsSettings().downloads.resolve(),
        mongo_port=0,
        kafka_port=0,
        kafka_controller_port=0,
        kafka_quick_start=True,
        mongo_cache_gb=0.25,
    )


def asked(folder: Path, kind: str) -> str:
    """The address of the part; fails with the keeper's reason."""
    with Client(place(folder), "AF_UNIX") as connection:
        connection.send(kind)
        address, reason = connection.recv()
    assert not reason, reason
    return str(address)


def place(folder: Path) -> str:
    return str(folder / "keeper")
