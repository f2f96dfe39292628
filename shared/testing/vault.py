"""Vault store in memory; sealing is that of production."""

from collections.abc import Sequence
from datetime import datetime

from shared.vault.keys import Origin, SealedText, WrappedKey
from shared.vault.vault import Destroyed


class MemoryVaultStore:
    """Store whose `texts`, `reads` and `destroyed` are open to tests."""

    def __init__(self) -> None:
        self.keys: dict[str, WrappedKey] = {}
        self.texts: dict[tuple[str, str], SealedText] = {}
        self.origins: dict[tuple[str, str], tuple[Origin, datetime]] = {}
        self.destroyed: set[str] = set()
        self.reads: list[tuple[str, str, str]] = []
        self.reasons: list[str] = []

    async def key(self, subject: str) -> WrappedKey | None:
        if subject in self.destroyed:
            raise Destroyed(subject)
        return self.keys.get(subject)

    async def add_key(self, key: WrappedKey) -> WrappedKey:
        if key.subject in self.destroyed:
            raise Destroyed(key.subject)
        return self.keys.setdefault(key.subject, key)

    async def add_texts(
        self, subject: str, texts: Sequence[SealedText], origin: Origin, at: datetime
    ) -> None:
        for text in texts:
            self.texts.setdefault((subject, text.ref), text)
            self.origins[subject, text.ref] = origin, at

    async def unproven(self, before: datetime) -> Sequence[Origin]:
        return sorted({o for o, at in self.origins.values() if at < before}, key=str)[:1]

    async def prove(self, origin: Origin) -> None:
        for place in self._places_of(origin):
            del self.origins[place]

    async def drop(self, origin: Origin, before: datetime) -> None:
        for place in self._places_of(origin):
            if self.origins[place][1] < before:
                del self.origins[place], self.texts[place]

    def _places_of(self, origin: Origin) -> list[tuple[str, str]]:
        return [place for place, (known, _) in self.origins.items() if known == origin]

    async def text(self, subject: str, ref: str) -> SealedText | None:
        return self.texts.get((subject, ref))

    async def destroy(self, subject: str) -> None:
        self.destroyed.add(subject)
        self.keys.pop(subject, None)
        for place in [place for place in self.texts if place[0] == subject]:
            del self.texts[place]
            self.origins.pop(place, None)

    async def foreign_keys(self, current: str) -> Sequence[WrappedKey]:
        return [key for key in self.keys.values() if key.master != current]

    async def replace_key(self, old: WrappedKey, new: WrappedKey) -> None:
        if self.keys.get(old.subject) == old:
            self.keys[old.subject] = new

    async def note_read(
        self, subject: str, ref: str, reader: str, at: datetime, reason: str
    ) -> None:
        self.reads.append((subject, ref, reader))
        self.reasons.append(reason)
