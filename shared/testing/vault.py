"""Vault store in memory; sealing is that of production."""

from collections.abc import Sequence
from datetime import datetime

from shared.vault.keys import SealedText, WrappedKey
from shared.vault.vault import Destroyed


class MemoryVaultStore:
    """Store whose `texts`, `reads` and `destroyed` are open to tests."""

    def __init__(self) -> None:
        self.keys: dict[str, WrappedKey] = {}
        self.texts: dict[tuple[str, str], SealedText] = {}
        self.destroyed: set[str] = set()
        self.reads: list[tuple[str, str, str]] = []

    async def key(self, subject: str) -> WrappedKey | None:
        if subject in self.destroyed:
            raise Destroyed(subject)
        return self.keys.get(subject)

    async def add_key(self, key: WrappedKey) -> WrappedKey:
        if key.subject in self.destroyed:
            raise Destroyed(key.subject)
        return self.keys.setdefault(key.subject, key)

    async def add_texts(self, subject: str, texts: Sequence[SealedText]) -> None:
        for text in texts:
            self.texts.setdefault((subject, text.ref), text)

    async def text(self, subject: str, ref: str) -> SealedText | None:
        return self.texts.get((subject, ref))

    async def destroy(self, subject: str) -> None:
        self.destroyed.add(subject)
        self.keys.pop(subject, None)
        for place in [place for place in self.texts if place[0] == subject]:
            del self.texts[place]

    async def foreign_keys(self, current: str) -> Sequence[WrappedKey]:
        return [key for key in self.keys.values() if key.master != current]

    async def replace_key(self, old: WrappedKey, new: WrappedKey) -> None:
        if self.keys.get(old.subject) == old:
            self.keys[old.subject] = new

    async def note_read(self, subject: str, ref: str, reader: str, at: datetime) -> None:
        self.reads.append((subject, ref, reader))
