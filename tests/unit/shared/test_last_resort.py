"""A process that was asked to end does end, also where a library's thread does not."""

import subprocess
import sys

from shared.service.processes.http_server import NOT_DRAINED

STUCK = """
import threading, time
from shared.service.processes.http_server import exit_after
threading.Thread(target=lambda: time.sleep(600)).start()
exit_after(0.1)
"""


def test_a_thread_that_does_not_end_keeps_no_process() -> None:
    ended = subprocess.run([sys.executable, "-c", STUCK], timeout=60, check=False)
    assert ended.returncode == NOT_DRAINED
