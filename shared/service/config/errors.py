"""The refusal to start a process."""

EXIT_CODE = 78
"""EX_CONFIG: a restart changes nothing, an operator has to act."""


class StartRefused(Exception):
    """Says in Chinese and in English what is wrong and what to do."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
