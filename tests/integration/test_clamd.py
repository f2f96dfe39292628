"""A real clamd scans what is attached; its only signature is that of the test file of scanners."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from shared.attachments.scanner import Clamd
from shared.kernel.errors import RuleViolated, Unavailable
from shared.ops.base.ports import free_port
from shared.testing.eventually import eventually

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="there is no clamd on this machine")
LONGEST = 1 << 20


def configured(folder: Path, port: int) -> Path:
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(
        f"Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {signatures}\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength {LONGEST}\n"
    )
    return config


@pytest.fixture
async def clamd(tmp_path: Path) -> AsyncIterator[Clamd]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM), f"--config-file={configured(tmp_path, port)}",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    scanner = Clamd("127.0.0.1", port)

    async def answers() -> bool:
        assert process.returncode is None, "clamd has ended"
        try:
            return await scanner.scan(b"x")
        except Unavailable:
            return False

    try:
        await eventually(answers, every=0.1)
        yield scanner
    finally:
        process.terminate()
        await process.wait()


async def test_a_real_scanner_takes_what_is_clean_and_refuses_what_is_not(clamd: Clamd) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", EICAR)
    assert await clamd.scan(b"x" * LONGEST) is True
    for content in (EICAR, packed.getvalue()):
        with pytest.raises(RuleViolated, match="病毒"):
            await clamd.scan(content)
    with pytest.raises(Unavailable, match="StreamMaxLength"):
        await clamd.scan(b"x" * (LONGEST + 1))
