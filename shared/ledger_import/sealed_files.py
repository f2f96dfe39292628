"""Sealed files of imports: each import has a key of its own, with which all that is kept of its
file can be erased."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.kernel.errors import RuleViolated
from shared.ledger_import.stored import ImportStore
from shared.service.commands.personal_data import PersonalData
from shared.vault.keys import DataKey, SealedText
from shared.vault.vault import Destroyed

PIECE_BYTES = 512 * 1024
"""A document of the store, and a request, hold so much of a file."""
FILE, NAME, PREVIEW, CHECKED = "file", "name", "preview", "checked"
COPY, REFUSAL = "copy", "refusal"


def subject_of(id_: str) -> str:
    """Returns the subject of the key in the vault."""
    return f"import-{id_}"


@dataclass(frozen=True)
class SealedFiles:
    """All methods raise RuleViolated for an import that was erased, and what the store raises."""

    store: ImportStore
    data: PersonalData

    async def key_of(self, id_: str) -> DataKey:
        try:
            return await self.data.key_of(subject_of(id_))
        except Destroyed as error:
            raise RuleViolated("import-erased", "这次导入的文件已经清除，请重新上传") from error

    async def put(self, id_: str, name: str, content: bytes) -> None:
        """Keeps a file in pieces, in place of the one of this name."""
        pieces = range(0, len(content), PIECE_BYTES) or range(1)
        for n, begin in enumerate(pieces):
            await self.put_piece(id_, name, n, content[begin : begin + PIECE_BYTES])
        await self.store.drop_pieces(id_, name, len(pieces))

    async def put_piece(self, id_: str, name: str, n: int, piece: bytes) -> None:
        key = await self.key_of(id_)
        _, sealed = key.seal(base64.b64encode(piece).decode(), name, str(n))
        await self.store.put_piece(id_, name, n, sealed)

    async def get(self, id_: str, name: str) -> bytes | None:
        """Returns the file; None where there is none of this name."""
        pieces = await self.store.pieces(id_, name)
        if not pieces:
            return None
        key = await self.key_of(id_)
        return b"".join(base64.b64decode(key.open(piece)) for piece in pieces)

    async def put_json(self, id_: str, name: str, value: Any) -> None:
        await self.put(id_, name, json.dumps(value, ensure_ascii=False).encode())

    async def get_json(self, id_: str, name: str) -> Any:
        content = await self.get(id_, name)
        return None if content is None else json.loads(content)

    async def sealed(self, id_: str, place: str, value: Any) -> SealedText:
        """Returns a short value under the key of the import."""
        key = await self.key_of(id_)
        return key.seal(json.dumps(value, ensure_ascii=False), place)[1]

    async def opened(self, id_: str, texts: Sequence[SealedText]) -> list[Any]:
        key = await self.key_of(id_)
        return [json.loads(key.open(text)) for text in texts]

    async def note_read(self, id_: str, name: str, reader: str) -> None:
        """Notes in the audit trail that a person opens the file; raises what the trail raises."""
        await self.data.note_read(subject_of(id_), name, reader)

    async def erase(self, id_: str) -> None:
        """Destroys the key first: what is left without it is noise. It may be repeated."""
        await self.data.destroy(subject_of(id_))
        await self.store.erase(id_)
