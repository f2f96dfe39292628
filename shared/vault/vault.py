"""The vault of one service: keeps sealed texts, opens them for audited readers, forgets cases."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from shared.vault.keys import DataKey, MasterKeys, SealedText, WrappedKey

DIGEST_KEYS_LIVE_SECONDS = 30.0
MOST_DIGEST_KEYS = 10_000


class Destroyed(Exception):
    """The subject's key was destroyed; nothing can be sealed for it or opened any more."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"the key of {subject} was destroyed")
        self.subject = subject


class VaultStore(Protocol):
    """Where wrapped keys, sealed texts and the audit of reads lie."""

    async def key(self, subject: str) -> WrappedKey | None:
        """None: there never was one. Raises Destroyed."""
        ...

    async def add_key(self, key: WrappedKey) -> WrappedKey:
        """The key that counts: this one, or the one that somebody added first."""
        ...

    async def add_texts(self, subject: str, texts: Sequence[SealedText]) -> None:
        """Texts already there stay as they are."""
        ...

    async def text(self, subject: str, ref: str) -> SealedText | None: ...

    async def destroy(self, subject: str) -> None: ...

    async def foreign_keys(self, current: str) -> Sequence[WrappedKey]:
        """Some keys that another master key than the current one wraps."""
        ...

    async def replace_key(self, old: WrappedKey, new: WrappedKey) -> None: ...

    async def note_read(self, subject: str, ref: str, reader: str, at: datetime) -> None: ...


class Vault:
    """`masters` are read again when a key is wrapped by one that is not among them: then somebody
    has rotated meanwhile."""

    def __init__(
        self,
        store: VaultStore,
        masters: Callable[[], MasterKeys],
        now: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._read_masters = masters
        self._masters = masters()
        self._now = now
        self._elapsed = elapsed
        self._for_digests: dict[str, tuple[float, DataKey]] = {}

    async def key(self, subject: str) -> DataKey:
        """The subject's key, made when it is first needed; Destroyed after its erasure."""
        wrapped = await self._store.key(subject)
        if wrapped is None:
            wrapped = await self._store.add_key(self._masters.wrap(self._masters.new_key(subject)))
        if wrapped.master not in self._masters.keys:
            self._masters = self._read_masters()
        return self._masters.unwrap(wrapped)

    async def digest(self, subject: str, purpose: str, data: bytes) -> str:
        """A keyed digest. Keys are remembered for a moment, because every command needs one."""
        until, key = self._for_digests.get(subject, (0.0, None))
        if key is None or until < self._elapsed():
            key = await self.key(subject)
            self._remember(key)
        return key.digest(purpose, data)

    async def keep(self, subject: str, texts: Sequence[SealedText]) -> None:
        if texts:
            await self._store.add_texts(subject, texts)

    async def reveal(self, subject: str, ref: str, reader: str) -> str | None:
        """The words, after the read was noted; None where they are gone or never were here."""
        kept = await self._store.text(subject, ref)
        if kept is None:
            return None
        await self._store.note_read(subject, ref, reader, self._now())
        try:
            return (await self.key(subject)).open(kept)
        except Destroyed:
            return None

    async def destroy(self, subject: str) -> None:
        """Erasure: the key and the cipher texts go; harmless when repeated."""
        await self._store.destroy(subject)
        self._for_digests.pop(subject, None)

    async def rotate(self) -> int:
        """Wraps every data key with the current master key; may be stopped and repeated."""
        done = 0
        while keys := await self._store.foreign_keys(self._masters.current):
            for old in keys:
                await self._store.replace_key(old, self._masters.wrap(self._masters.unwrap(old)))
            done += len(keys)
        return done

    def _remember(self, key: DataKey) -> None:
        if len(self._for_digests) >= MOST_DIGEST_KEYS:
            self._for_digests.clear()
        until = self._elapsed() + DIGEST_KEYS_LIVE_SECONDS
        self._for_digests[key.subject] = (until, key)
