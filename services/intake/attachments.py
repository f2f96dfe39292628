"""HTTP routes of attachments: uploaded in pieces, added to the paper, read, removed."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.intake import views
from services.intake.domain.attachments.commands import AddAttachment, RemoveAttachment
from services.intake.domain.attachments.rules import require_room
from services.intake.domain.state import Case
from services.intake.linking import router
from shared.attachments.content import BY_CODE, FileType
from shared.attachments.desk import PIECE_BYTES, desk_of, pieces_of
from shared.attachments.uploads import Upload
from shared.attachments.views import about_of
from shared.contracts import attachments as contracts
from shared.http.accepted import Accepted
from shared.http.fields import LARGEST, CaseId, Line, Note
from shared.http.forms import Form
from shared.kernel.errors import NotFound
from shared.kernel.form_words import titled
from shared.service.api.request_context import Edge

__all__ = ["router"]
ID_FORM = "^[0-9a-f]{32}$"
ID_EXAMPLE = "7d0c2a5be94e4f0b8f3f3b7c2f4c1a90"
FileId = Annotated[str, Path(pattern=ID_FORM, examples=[ID_EXAMPLE])]
BINARY = {"schema": {"type": "string", "format": "binary"}}
PIECE = {"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}}
SAFE = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""Of a file from outside: it is shown or kept, it never runs and nothing keeps it on the way."""


class NewUpload(Form):
    """The file that will be uploaded, in pieces of `piece_bytes`."""

    name: Annotated[Line, Field(min_length=1, examples=["现场照片.jpg"]), titled("文件名")]
    size: Annotated[
        int, Field(ge=1, le=LARGEST, examples=[48_213]), titled("文件大小", hint="字节数")
    ]


class UploadView(BaseModel):
    """An upload: how many pieces the file has."""

    upload: str
    piece_bytes: int
    pieces: int


class NewAttachment(contracts.AttachmentNote, Form):
    """A file that was uploaded completely."""

    upload: Annotated[
        str,
        Field(pattern=ID_FORM, examples=[ID_EXAMPLE]),
        titled("文件", hint="压缩包、含宏的文件不收", pick="file"),
    ]


class Removal(contracts.AttachmentRemoval, Form):
    attachment: Annotated[
        str,
        Field(pattern=ID_FORM, examples=[ID_EXAMPLE]),
        titled("附件", pick="attachment"),
    ]
    reason: Annotated[Note, Field(min_length=1, examples=["传错文件，另行添加。"])]


@router.put("/cases/{case_id}/uploads/{upload_id}", summary="开始上传附件 Begin an upload")
async def begin_upload(
    case_id: CaseId, upload_id: FileId, body: NewUpload, edge: Edge
) -> UploadView:
    """编号由上传方生成（32 位十六进制），重复提交只算一次。按 `piece_bytes` 分块上传，再添加。"""
    await edge.check("add-attachment", f"intake-{case_id}")
    case: Case = await edge.state(f"intake-{case_id}")
    rules = views.row_of(case, edge).attachments
    require_room(case, upload_id, {edge.actor.sub}, rules.most)
    desk = desk_of(edge.runtime)
    new = Upload(upload_id, case_id, edge.actor.sub, "", body.size, "uploading", desk.now(), b"")
    begun = await desk.begin(new, body.name, rules)
    return UploadView(upload=begun.id, piece_bytes=PIECE_BYTES, pieces=pieces_of(begun.size))


@router.put(
    "/cases/{case_id}/uploads/{upload_id}/pieces/{number}",
    summary="上传附件的一块 Upload a piece",
    status_code=204,
    openapi_extra=PIECE,
)
async def upload_piece_of_attachment(
    case_id: CaseId,
    upload_id: FileId,
    number: Annotated[int, Path(ge=0, le=300)],
    request: Request,
    edge: Edge,
) -> Response:
    """第几块从 0 起；最后一块可以较短。可以重传。"""
    await edge.check("add-attachment", f"intake-{case_id}")
    desk = desk_of(edge.runtime)
    upload = await desk.find(upload_id, edge.actor.sub, case_id)
    await desk.take(upload, number, await request.body())
    return Response(status_code=204)


@router.post("/cases/{case_id}/attachments", status_code=201, summary="添加附件 Add an attachment")
async def add_attachment(case_id: CaseId, body: NewAttachment, edge: Edge) -> Accepted:
    """上传的文件传完后添加到该件：核对内容与扩展名相符，不含宏、脚本和嵌入的文件，并查杀病毒。与来件内容同样加密，
    可以查阅来件内容的人可以查阅。"""
    stream = f"intake-{case_id}"
    await edge.check("add-attachment", stream)
    case: Case = await edge.state(stream)
    most = views.row_of(case, edge).attachments.most
    require_room(case, body.upload, {edge.actor.sub}, most)
    edge.in_earnest()
    desk = desk_of(edge.runtime)
    upload = await desk.find(body.upload, edge.actor.sub, case_id)
    file = await desk.close(upload)
    command = AddAttachment(
        at=edge.now(),
        by=edge.actor.sub,
        **file.fields(contracts.File),
        **body.fields(contracts.AttachmentNote),
    )
    accepted = await edge.dispatch(stream, command)
    await desk.filed(upload.id)
    return accepted


@router.post(
    "/cases/{case_id}/attachment-removal", status_code=201, summary="移除附件 Remove an attachment"
)
async def remove_attachment(case_id: CaseId, body: Removal, edge: Edge) -> Accepted:
    """移除后任何人都不能再查阅，文件随即删除；提出人只能移除本人添加的。"""
    stream = f"intake-{case_id}"
    await edge.check("remove-attachment", stream)
    fields = body.fields(contracts.AttachmentRemoval)
    command = RemoveAttachment(at=edge.now(), by=edge.actor.sub, **fields)
    accepted = await edge.dispatch(stream, command)
    await desk_of(edge.runtime).erase(case_id, body.attachment)
    return accepted


@router.get(
    "/cases/{case_id}/attachments/{attachment_id}",
    summary="查阅附件 Read an attachment",
    response_class=Response,
    responses={200: {"content": {each.media: BINARY for each in BY_CODE.values()}}},
)
async def read_attachment(
    case_id: CaseId,
    attachment_id: FileId,
    edge: Edge,
    show: Annotated[bool, Query(description="图片在页面中显示；其他文件一律下载")] = False,
) -> Response:
    """可以查阅来件内容的人可以查阅，查阅留痕。"""
    reader = await views.reader_of(case_id, edge)
    file = reader.case.attachments.get(attachment_id)
    if file is None or not reader.readable:
        raise NotFound("没有这个附件，或者不能查阅")
    about = about_of(await edge.reveal(file.about, case_id))
    desk = desk_of(edge.runtime)
    await desk.note_read(file, case_id, edge.actor.sub)
    content = desk.content(case_id, file)
    first = await anext(content)  # refuses before an answer has begun
    return _answer(file, about.name if about else "", show, _whole(first, content))


def _answer(
    file: contracts.File, name: str, show: bool, content: AsyncIterator[bytes]
) -> StreamingResponse:
    kind = BY_CODE[file.media]
    headers = {"Content-Disposition": placed(kind, name, show), "Content-Length": str(file.size)}
    return StreamingResponse(content, 200, SAFE | headers, kind.media)


async def _whole(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def placed(kind: FileType, name: str, show: bool) -> str:
    """Returns Content-Disposition: only a picture is shown in its place."""
    way = "inline" if show and kind.is_picture else "attachment"
    return f"{way}; filename*=UTF-8''{quote(name, safe='')}"
