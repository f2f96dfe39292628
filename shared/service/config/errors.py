"""Why a process does not start: one sentence in Chinese and English that names the way out."""

EXIT_CODE = 78
"""EX_CONFIG: trying again changes nothing; somebody has to do something."""


class StartRefused(Exception):
    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
