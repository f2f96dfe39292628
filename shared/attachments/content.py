"""Check of a file: its first bytes and its parts are those of its type, and nothing in it runs.

No library is used: those that tell types by their first bytes do not know OFD (GB/T 33190) and do
not look inside.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from shared.kernel.errors import RuleViolated

MOST_PARTS = 5_000
MOST_UNPACKED_BYTES = 512 * 1024 * 1024
MOST_TIMES_UNPACKED = 200
"""Bounds of the parts of a zipped document; more is a bomb."""
ACTIVE = {
    "vbaproject.bin": "含有宏",
    "/activex/": "含有控件",
    "/embeddings/": "嵌有其他文件",
}
"""Parts of office documents that run, or hide other files."""
ACTIVE_IN_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")


@dataclass(frozen=True)
class FileType:
    """A type of files: its code in facts, the ends of their names, the first bytes, and for zipped
    documents the part that each has."""

    code: str
    suffixes: tuple[str, ...]
    media: str
    begins: bytes
    part: str = ""

    @property
    def is_picture(self) -> bool:
        return self.media.startswith("image/")


OFFICE = "application/vnd.openxmlformats-officedocument."
ZIP = b"PK\x03\x04"
TYPES = (
    FileType("pdf", (".pdf",), "application/pdf", b"%PDF-"),
    FileType("ofd", (".ofd",), "application/ofd", ZIP, "OFD.xml"),
    FileType("docx", (".docx",), f"{OFFICE}wordprocessingml.document", ZIP, "word/document.xml"),
    FileType("xlsx", (".xlsx",), f"{OFFICE}spreadsheetml.sheet", ZIP, "xl/workbook.xml"),
    FileType("jpg", (".jpg", ".jpeg"), "image/jpeg", b"\xff\xd8\xff"),
    FileType("png", (".png",), "image/png", b"\x89PNG\r\n\x1a\n"),
)
BY_CODE = {each.code: each for each in TYPES}


def file_refused(sentence: str) -> RuleViolated:
    """Returns the refusal of a file."""
    return RuleViolated("attachment-file", sentence, "upload")


def type_of(name: str, allowed: Collection[str]) -> FileType:
    """Returns the type that a file has by its name. Raises RuleViolated unless it is allowed."""
    known = (each for each in TYPES if each.code in allowed)
    found = next((each for each in known if name.lower().endswith(each.suffixes)), None)
    if found is None:
        ends = "、".join(each.suffixes[0] for each in TYPES if each.code in allowed)
        raise file_refused(f"只收 {ends} 文件；压缩包、旧版文档（.doc、.xls、.wps）请另存后再传")
    return found


def check_content(content: bytes, kind: FileType) -> None:
    """Raises RuleViolated for a file that is not what its name says, or that has active content."""
    if not content.startswith(kind.begins):
        raise file_refused(f"文件内容不是 {kind.suffixes[0]}，与扩展名不符，请另存后再传")
    if kind.part:
        _check_parts(content, kind)
    if kind.code == "pdf" and any(mark in content for mark in ACTIVE_IN_PDF):
        raise file_refused("PDF 含有脚本或者嵌有其他文件，不收；请另存为不含脚本和附件的 PDF 再传")


def _check_parts(content: bytes, kind: FileType) -> None:
    try:
        with ZipFile(BytesIO(content)) as book:
            parts = book.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise file_refused("文件已损坏，无法打开，请检查后再传") from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(
        MOST_UNPACKED_BYTES, MOST_TIMES_UNPACKED * len(content)
    ):
        raise file_refused("文件展开后过大，不收")
    names = [part.filename.replace("\\", "/") for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise file_refused("文件已加密，不收；请取消密码后再传")
    if kind.part not in names:
        raise file_refused(f"文件内容不是 {kind.suffixes[0]}，与扩展名不符，请另存后再传")
    refuse_active(names)


def refuse_active(names: Sequence[str]) -> None:
    """Raises RuleViolated for parts that run or hide other files."""
    for mark, reason in ACTIVE.items():
        if any(mark in f"/{name.lower()}" for name in names):
            raise file_refused(f"文件{reason}，不收；请另存为不含宏和嵌入对象的文件再传")
