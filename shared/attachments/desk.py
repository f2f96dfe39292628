"""The desk for attachments of one service: takes files in pieces, checks and seals them, gives them
back piece by piece."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from shared.attachments.content import BY_CODE, check_content, file_refused, type_of
from shared.attachments.object_store import GridFsStore, ObjectStore
from shared.attachments.scanner import Scanner, scanner_of
from shared.attachments.uploads import State, Upload, UploadStore
from shared.contracts.attachments import AboutFile, File
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.paper_rules import AttachmentRules
from shared.mongo.clock_store import real_time
from shared.service.commands.personal_data import ERASED, PersonalData
from shared.service.commands.runtime import ServiceRuntime
from shared.vault.keys import DataKey
from shared.vault.vault import Destroyed

PIECE_BYTES = 512 * 1024
"""A request carries so much of a file."""
MOST_UNFINISHED = 20
"""Uploads of one person that are no attachments yet."""
TAKES_PIECES: tuple[State, ...] = ("uploading",)
NAME = "name"
AT_WORK = asyncio.Semaphore(2)
"""Whole files in the memory of this process."""


@dataclass(frozen=True)
class AttachmentDesk:
    """`now` is real time: what is left over is kept by the days of people.

    All methods raise what the store raises, and RuleViolated for an erased case.
    """

    uploads: UploadStore
    objects: ObjectStore
    data: PersonalData
    scanner: Scanner
    now: Callable[[], datetime] = real_time

    async def begin(self, new: Upload, name: str, rules: AttachmentRules) -> Upload:
        """Returns the upload, which may have begun before. `new` has neither type nor name. Raises
        RuleViolated for a file that is not taken, and for the upload of another."""
        media = type_of(name, rules.types)
        if not 0 < new.size <= rules.largest:
            raise RuleViolated(
                "attachment-size", f"附件不得超过 {rules.megabytes} MB，也不能是空文件", "size"
            )
        known = await self.uploads.find(new.id)
        if known is None and await self.uploads.unfinished_of(new.person) >= MOST_UNFINISHED:
            raise RuleViolated("attachment-unfinished", "没有传完的附件过多，请稍后再传")
        key = await self._key_of(new.case_id)
        sealed = key.seal_bytes(name.encode(), place_of(new.case_id, new.id, NAME))
        fields = vars(new) | {"media": media.code, "name": sealed}
        begun = await self.uploads.begin(Upload(**fields))
        return _own(begun, new.person, new.case_id)

    async def find(self, id_: str, person: str, case_id: str) -> Upload:
        """Returns the person's own upload. Raises RuleViolated."""
        return _own(await self.uploads.find(id_), person, case_id)

    async def take(self, upload: Upload, n: int, piece: bytes) -> None:
        """Keeps a piece of the file. Raises RuleViolated for one that does not belong there."""
        begin = n * PIECE_BYTES
        if upload.state not in TAKES_PIECES or len(piece) != min(PIECE_BYTES, upload.size - begin):
            raise RuleViolated("attachment-piece", "文件没有传完整，请重新上传", "upload")
        if n == 0 and not piece.startswith(BY_CODE[upload.media].begins[: len(piece)]):
            raise file_refused("文件内容与扩展名不符，请另存后再传")
        key = await self._key_of(upload.case_id)
        place = place_of(upload.case_id, upload.id, str(n))
        await self.objects.put(place, key.seal_bytes(piece, place))

    async def close(self, upload: Upload) -> File:
        """Returns the whole file, checked, scanned and digested; from now on no piece of it
        changes. Raises RuleViolated for a file that is not taken and while pieces are missing,
        Unavailable where the scanner does not answer."""
        await self.uploads.turn(upload.id, TAKES_PIECES, "closed", self.now())
        key = await self._key_of(upload.case_id)
        async with AT_WORK:
            stored, content = await self._whole(upload, key)
            await asyncio.to_thread(check_content, content, BY_CODE[upload.media])
            scanned = await self.scanner.scan(content)
        return File(
            attachment=upload.id,
            about=self._about(upload, key, content),
            media=upload.media,
            size=upload.size,
            pieces=pieces_of(upload.size),
            sha256=stored,
            scanned=scanned,
        )

    def _about(self, upload: Upload, key: DataKey, content: bytes) -> str:
        name = key.open_bytes(upload.name, place_of(upload.case_id, upload.id, NAME)).decode()
        return AboutFile(name=name, sha256=hashlib.sha256(content).hexdigest()).model_dump_json()

    async def _key_of(self, case_id: str) -> DataKey:
        try:
            return await self.data.key_of(case_id)
        except Destroyed:
            raise ERASED from None

    async def _whole(self, upload: Upload, key: DataKey) -> tuple[str, bytes]:
        """Returns the digest of the file as it is stored, and its content. Raises RuleViolated
        while a piece is missing, which may be sent then."""
        stored, content = hashlib.sha256(), bytearray()
        for n in range(pieces_of(upload.size)):
            place = place_of(upload.case_id, upload.id, str(n))
            if (sealed := await self.objects.get(place)) is None:
                await self.uploads.turn(upload.id, ("closed",), "uploading", self.now())
                raise RuleViolated("attachment-piece", "文件没有传完整，请重新上传", "upload")
            stored.update(sealed)
            content += key.open_bytes(sealed, place)
        return stored.hexdigest(), bytes(content)

    async def filed(self, id_: str) -> None:
        """Notes that a fact names the file."""
        await self.uploads.turn(id_, ("closed",), "filed", self.now())

    async def note_read(self, file: File, case_id: str, reader: str) -> None:
        """Notes that a person opens the file; raises what the trail raises."""
        await self.data.note_read(case_id, f"attachment-{file.attachment}", reader)

    async def content(self, case_id: str, file: File) -> AsyncIterator[bytes]:
        """Yields the file. Raises NotFound where a piece is lost: no part of it is passed off as
        the whole."""
        key = await self._key_of(case_id)
        for n in range(file.pieces):
            place = place_of(case_id, file.attachment, str(n))
            if (sealed := await self.objects.get(place)) is None:
                raise NotFound("附件的内容已经清除")
            yield key.open_bytes(sealed, place)

    async def erase(self, case_id: str, id_: str) -> None:
        """Deletes the file; the record goes last, so that a repetition finds what is left."""
        await self.objects.delete(f"{case_id}/{id_}/")
        await self.uploads.erase(id_)

    async def erase_case(self, case_id: str) -> None:
        """Deletes all files of a case; it may be repeated."""
        await self.objects.delete(f"{case_id}/")
        await self.uploads.erase_case(case_id)


def _own(upload: Upload | None, person: str, case_id: str) -> Upload:
    if upload is None or (upload.person, upload.case_id) != (person, case_id):
        raise RuleViolated("upload-unknown", "没有这次上传，或者已经清除，请重新上传", "upload")
    return upload


def place_of(case_id: str, id_: str, part: str) -> str:
    """Returns the key of a part of a file, to which its cipher is bound."""
    return f"{case_id}/{id_}/{part}"


def pieces_of(size: int) -> int:
    return -(-size // PIECE_BYTES)


def desk_of(runtime: ServiceRuntime) -> AttachmentDesk:
    kept = runtime.kept
    scanner = scanner_of(runtime.scanner_at)
    return AttachmentDesk(UploadStore(kept), GridFsStore(kept), runtime.personal_data, scanner)
