"""The console's build beside a run: the services start meanwhile, and go on without it."""

import threading
from pathlib import Path

from shared.ops.base.errors import OpsError
from shared.ops.console.sources import files_in
from shared.ops.console.workshop import INDEX, Workshop

BUILT, MISSING = "工作台已构建 (the console is built).", "no sources"


class Building:
    """A build in a thread of its own. `folder` is known before it is filled: the page there says
    that it is being built, until the files have come."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self.has_sources = bool(files_in(workshop.root))
        self.folder: Path | None = workshop.built if self.has_sources else None
        self.failure: str | None = None if self.has_sources else MISSING
        self._thread = threading.Thread(target=self._build, daemon=True)

    @property
    def is_done(self) -> bool:
        return self.folder is not None and (self.folder / INDEX).is_file()

    @property
    def state(self) -> str:
        """Returns the words behind the console's address."""
        if self.is_done:
            return ""
        return " （未能构建，见上）" if self.failure else " （正在构建，稍后刷新）"

    def begin(self) -> None:
        if self.has_sources:
            self._thread.start()

    def end(self) -> None:
        """Ends a build under way; the next run begins it anew."""
        self._workshop.stop()
        if self._thread.is_alive():
            self._thread.join()

    def _build(self) -> None:
        was_there = self.is_done
        try:
            self._workshop.build()
        except OpsError as error:
            self.failure = str(error)
            self._workshop.tell(self.failure)
        else:
            if not was_there:
                self._workshop.tell(BUILT)
