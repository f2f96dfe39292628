"""The log of commands: what libraries report goes there, and never to the operator's terminal."""

import logging
import tempfile
from io import TextIOWrapper
from pathlib import Path

from shared.ops.base.process import rotate
from shared.service.observability.logging import JsonLines

NAME = "duban.log"


class CommandLog(logging.FileHandler):
    """Makes folder and file with the first line. Where the folder cannot be written (a container),
    the file lies among the temporary ones."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / NAME, delay=True)
        self.setFormatter(JsonLines())

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            rotate(path)
            return super()._open()
        except OSError:
            self.baseFilename = str(Path(tempfile.gettempdir()) / NAME)
            return super()._open()


def log_to_file(folder: Path) -> None:
    """Sends everything that is logged in this process from warnings on, and Python's own warnings,
    to the file."""
    logging.basicConfig(level=logging.WARNING, handlers=[CommandLog(folder)], force=True)
    logging.captureWarnings(True)
