"""The vault of one service: keeps sealed texts, opens them with an audit, erases subjects."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from shared.vault.keys import DataKey, MasterKeys, Origin, SealedText, WrappedKey

CACHED_SECONDS = 30.0
MOST_CACHED_KEYS = 10_000


class Destroyed(Exception):
    """The subject's key was destroyed: no text of it can be sealed or opened any more."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"the key of {subject} was destroyed")
        self.subject = subject


class VaultStore(Protocol):
    """The store of wrapped keys, sealed texts and the audit of reads."""

    async def key(self, subject: str) -> WrappedKey | None:
        """Returns the key, None where there never was one. Raises Destroyed."""
        ...

    async def add_key(self, key: WrappedKey) -> WrappedKey:
        """Adds the key; returns the one that was added first. Raises Destroyed."""
        ...

    async def add_texts(
        self, subject: str, texts: Sequence[SealedText], origin: Origin, at: datetime
    ) -> None:
        """Adds texts as unproven since `at`; leaves the words of those that exist as they are."""
        ...

    async def unproven(self, before: datetime) -> Sequence[Origin]:
        """Returns some origins of texts that are unproven since before the moment."""
        ...

    async def prove(self, origin: Origin) -> None:
        """Notes that a commit refers to the texts of the origin."""
        ...

    async def drop(self, origin: Origin, before: datetime) -> None:
        """Deletes the texts of the origin that are unproven since before the moment."""
        ...

    async def text(self, subject: str, ref: str) -> SealedText | None:
        """Returns the text of the subject, or None."""
        ...

    async def destroy(self, subject: str) -> None:
        """Destroys the key and the texts of the subject."""
        ...

    async def foreign_keys(self, current: str) -> Sequence[WrappedKey]:
        """Returns some keys that another master key than the current one wraps."""
        ...

    async def replace_key(self, old: WrappedKey, new: WrappedKey) -> None:
        """Stores the key wrapped anew, unless it was wrapped anew meanwhile."""
        ...

    async def note_read(
        self, subject: str, ref: str, reader: str, at: datetime, reason: str
    ) -> None:
        """Adds a read to the audit; `reason` is a code, or empty."""
        ...


async def untraced(subject: str, reader: str, reason: str) -> None:
    """Traces no read: of a process that no person asks."""


class Vault:
    """Keys and texts of one service, by subject (a case, a person).

    `masters` is called again when a key is wrapped by an unknown master key: another process has
    rotated meanwhile. `trace(subject, reader, reason)` returns when the audit trail has the read;
    what it raises keeps the text sealed. All methods raise what the store raises.
    """

    def __init__(
        self,
        store: VaultStore,
        masters: Callable[[], MasterKeys],
        now: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
        trace: Callable[[str, str, str], Awaitable[None]] = untraced,
    ) -> None:
        self._store = store
        self._read_masters = masters
        self._masters = masters()
        self._now = now
        self._elapsed = elapsed
        self._trace = trace
        self._cached_keys: dict[str, tuple[float, DataKey]] = {}

    async def key(self, subject: str) -> DataKey:
        """Returns the subject's key, made when it is first needed.

        Raises Destroyed after its erasure, LookupError without its master key.
        """
        return self._opened(await self._store.key(subject) or await self._added(subject))

    async def key_of_new(self, subject: str) -> DataKey:
        """Returns the key of a subject that is probably new: it is made first, and read only where
        there is one. Raises what `key` raises."""
        return self._opened(await self._added(subject))

    async def _added(self, subject: str) -> WrappedKey:
        return await self._store.add_key(self._masters.wrap(self._masters.new_key(subject)))

    def _opened(self, wrapped: WrappedKey) -> DataKey:
        """Returns the key, which digests use for some seconds."""
        if wrapped.master not in self._masters.keys:
            self._masters = self._read_masters()
        key = self._masters.unwrap(wrapped)
        self._cache(key)
        return key

    def throwaway(self, subject: str) -> DataKey:
        """Returns a key that is kept nowhere: texts that it seals can never be opened."""
        return self._masters.new_key(subject)

    async def digest(self, subject: str, purpose: str, data: bytes) -> str:
        """Returns a keyed digest; keys are cached for some seconds: every command needs one.

        Raises what `key` raises.
        """
        until, key = self._cached_keys.get(subject, (0.0, None))
        if key is None or until < self._elapsed():
            key = await self.key(subject)
        return key.digest(purpose, data)

    async def keep(self, subject: str, texts: Sequence[SealedText], origin: Origin) -> None:
        """Stores texts that were sealed by the subject's key, before the commit of their origin."""
        if texts:
            await self._store.add_texts(subject, texts, origin, self._now())

    async def drop_abandoned(
        self, committed: Callable[[Origin], Awaitable[bool]], age: timedelta
    ) -> int:
        """Deletes texts older than `age` whose origin has made no commit; returns the number of
        origins looked at. It may be stopped and repeated."""
        before, done = self._now() - age, 0
        while origins := await self._store.unproven(before):
            for origin in origins:
                if await committed(origin):
                    await self._store.prove(origin)
                else:
                    await self._store.drop(origin, before)
            done += len(origins)
        return done

    async def reveal(self, subject: str, ref: str, reader: str, reason: str = "") -> str | None:
        """Notes the read and returns the words; None where they were erased or never kept."""
        text = await self._store.text(subject, ref)
        if text is None:
            return None
        await self.note_read(subject, ref, reader, reason)
        try:
            return (await self.key(subject)).open(text)
        except Destroyed:
            return None

    async def note_read(self, subject: str, ref: str, reader: str, reason: str = "") -> None:
        """Notes a read, also of something that is kept elsewhere under the subject's key. Raises
        what the trail raises: it is not to be read then."""
        await self._trace(subject, reader, reason)
        await self._store.note_read(subject, ref, reader, self._now(), reason)

    async def destroy(self, subject: str) -> None:
        """Erases the subject: destroys its key and its texts; harmless when repeated."""
        await self._store.destroy(subject)
        self._cached_keys.pop(subject, None)

    async def rotate(self) -> int:
        """Wraps every data key with the current master key; returns their number.

        It may be stopped and repeated. Raises LookupError without the master key of one of them.
        """
        done = 0
        while keys := await self._store.foreign_keys(self._masters.current):
            for old in keys:
                await self._store.replace_key(old, self._masters.wrap(self._masters.unwrap(old)))
            done += len(keys)
        return done

    def _cache(self, key: DataKey) -> None:
        if len(self._cached_keys) >= MOST_CACHED_KEYS:
            self._cached_keys.clear()
        until = self._elapsed() + CACHED_SECONDS
        self._cached_keys[key.subject] = (until, key)
