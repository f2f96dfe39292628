"""HTTP routes of imports: a ledger is uploaded in pieces, checked, and registered row by row."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote

from fastapi import Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake.row_faults import RowFault, refusal_in
from shared.http.fields import LARGEST, Line, UnitId
from shared.http.forms import Form
from shared.http.gateway import source_of
from shared.http.problems import prefers_english
from shared.kernel.access import ANY
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.form_words import titled
from shared.ledger_import.inside import api_of
from shared.ledger_import.sealed_files import COPY, PIECE_BYTES, PREVIEW, REFUSAL
from shared.ledger_import.stored import Import
from shared.ledger_import.upload_desk import UploadDesk, desk_of
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge, ServiceEdge

router = edge_router("intake 登记受理")
ACTION = "import-ledger"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ImportId = Annotated[
    str, Path(pattern="^[0-9a-f]{32}$", examples=["7d0c2a5be94e4f0b8f3f3b7c2f4c1a90"])
]
BINARY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NewImport(Form):
    """The file that will be uploaded, in pieces of `piece_bytes`."""

    name: Annotated[Line, Field(min_length=1, examples=["台账.xlsx"]), titled("文件名")]
    size: Annotated[
        int, Field(ge=1, le=LARGEST, examples=[48_213]), titled("文件大小", hint="字节数")
    ]
    agency: Annotated[
        UnitId | None,
        titled("登记机关", hint="不填的，为本人岗位所在机关", pick="unit"),
    ] = None


class ImportView(BaseModel):
    """State of an import. `interrupted`: the last run has ended before its end, for the reason in
    `why`; the person may go on."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    name: str
    agency: str
    state: Literal[
        "uploading", "checking", "ready", "registering", "done", "cancelled", "unreadable"
    ]
    interrupted: bool
    stopping: bool
    why: str = Field(description="上一次提前结束的原因：signed-out、failed、stopped，没有的为空")
    refusal: str | None = Field(description="文件不能导入的原因")
    done: int = Field(description="本步骤已处理的行数")
    total: int = Field(description="本步骤要处理的行数")
    new: int = Field(description="可登记（登记后：已登记）的行数")
    known: int = Field(description="此前已登记的行数")
    faulty: int = Field(description="有错误的行数")
    marked: Literal["copy", "list"] | None = Field(description="有标注错误的副本，或只有错误清单")
    began: datetime
    ends: datetime = Field(description="到期清除")
    piece_bytes: int = PIECE_BYTES

    @classmethod
    async def of(cls, record: Import, desk: UploadDesk, english: bool = False) -> Self:
        shown = {name: value for name, value in vars(record).items() if name in cls.model_fields}
        unreadable = record.state == "unreadable"
        refusal = await desk.files.get_json(record.id, REFUSAL) if unreadable else None
        return cls(
            **shown,
            name=await desk.name_of(record),
            interrupted=record.is_interrupted(desk.now()),
            stopping=record.stop,
            refusal=refusal_in(refusal, english) if refusal else None,
        )


class Imports(BaseModel):
    """本人的导入，新的在前；以及本人可以为哪些机关登记，一份文件的限度。"""

    items: list[ImportView]
    agencies: list[str] = Field(examples=[["u-city"]])
    largest_bytes: int
    kept_days: int
    ledgers: list[str] = Field(description="有空白模板的台账", examples=[["代表建议"]])


class SheetColumn(BaseModel):
    """One heading of the file, and the column that it was taken for."""

    place: str = Field(examples=["C"])
    heading: str
    column: str | None = Field(description="读作哪一列；不是登记内容的为空")


class SheetView(BaseModel):
    name: str
    new: int
    known: int
    faulty: int
    columns: list[SheetColumn]


class Cell(BaseModel):
    column: str
    text: str


class RowView(BaseModel):
    """A row as it would be registered."""

    sheet: str
    row: int
    known: bool
    cells: list[Cell]


class ImportPreview(BaseModel):
    """Content of the file; after the registration with the faults of both steps."""

    sheets: list[SheetView]
    rows: list[RowView] = Field(description="前几行")
    remarks: list[str]
    faults: list[RowFault] = Field(description="前 500 处；全部在标注错误的副本中")
    faults_in_all: int


def desk_at(edge: ServiceEdge) -> UploadDesk:
    """Raises NotAllowed unless the person may import."""
    edge.admit(ACTION)
    return desk_of(edge.runtime)


async def own(edge: ServiceEdge, import_id: str) -> tuple[UploadDesk, Import]:
    """Returns the desk and the person's own import. Raises NotAllowed, NotFound."""
    desk = desk_at(edge)
    return desk, await desk.find(import_id, edge.actor.sub)


def agencies_of(edge: ServiceEdge) -> list[str]:
    """Returns the units at which the person has a post that imports."""
    held = {post.unit: edge.actor.roles_at(post.unit) for post in edge.actor.posts}
    return [unit for unit, roles in held.items() if edge.allows(ACTION, {ANY: roles}, ANY)]


@router.get("/imports", summary="本人的导入 Own imports")
async def read_imports(request: Request, edge: Edge) -> Imports:
    """上传的文件加密保存，只有本人可见，到期清除。"""
    desk, english = desk_at(edge), prefers_english(request.headers)
    records = await desk.store.of_person(edge.actor.sub)
    return Imports(
        items=[await ImportView.of(record, desk, english) for record in records],
        agencies=agencies_of(edge),
        largest_bytes=desk.bounds.largest,
        kept_days=desk.bounds.kept_days,
        ledgers=[ledger.title for ledger in desk.ledgers],
    )


@router.put("/imports/{import_id}", summary="开始上传 Begin an upload")
async def begin_import(import_id: ImportId, body: NewImport, edge: Edge) -> ImportView:
    """编号由上传方生成（32 位十六进制），重复提交只算一次。随后按 `piece_bytes` 分块上传。"""
    desk = desk_at(edge)
    agency = body.agency or next(iter(agencies_of(edge)), None)
    if agency is None:
        raise RuleViolated("import-agency", "请选择登记机关", "agency")
    record = await desk.begin(import_id, edge.actor.sub, agency, body.name, body.size)
    return await ImportView.of(record, desk)


@router.put(
    "/imports/{import_id}/pieces/{number}",
    summary="上传一块 Upload a piece",
    status_code=204,
    openapi_extra=BINARY,
)
async def upload_piece(
    import_id: ImportId, number: Annotated[int, Path(ge=0, le=100)], request: Request, edge: Edge
) -> Response:
    """第几块从 0 起；最后一块可以较短。可以重传。"""
    desk, record = await own(edge, import_id)
    await desk.take(record, number, await request.body())
    return Response(status_code=204)


@router.put("/imports/{import_id}/check", summary="核对 Check")
async def check_import(import_id: ImportId, request: Request, edge: Edge) -> ImportView:
    """读出文件，逐行按登记的规则预检，不登记。提前结束的可以继续。"""
    desk, record = await own(edge, import_id)
    await desk.start_check(record, api_for(request))
    return await ImportView.of(await desk.find(import_id, edge.actor.sub), desk)


@router.put("/imports/{import_id}/registration", summary="登记 Register")
async def register_import(import_id: ImportId, request: Request, edge: Edge) -> ImportView:
    """登记核对无误的各行，每行一件，以本人的权限逐件办理；重复提交、提前结束后继续，每行都只登记一次。"""
    desk, record = await own(edge, import_id)
    await desk.start_registration(record, api_for(request))
    return await ImportView.of(await desk.find(import_id, edge.actor.sub), desk)


@router.put("/imports/{import_id}/cancellation", summary="停止 Stop")
async def cancel_import(import_id: ImportId, edge: Edge) -> ImportView:
    """停止正在进行的核对或登记；已登记的保留，其余可以以后继续。"""
    desk, record = await own(edge, import_id)
    await desk.stop(record)
    return await ImportView.of(await desk.find(import_id, edge.actor.sub), desk)


@router.get("/imports/{import_id}", summary="导入的进度 One import")
async def read_import(import_id: ImportId, request: Request, edge: Edge) -> ImportView:
    desk, record = await own(edge, import_id)
    return await ImportView.of(record, desk, prefers_english(request.headers))


@router.get("/imports/{import_id}/preview", summary="预览和错误 Preview and faults")
async def read_import_preview(import_id: ImportId, request: Request, edge: Edge) -> ImportPreview:
    """识别出的列、前几行、每处错误的单元格、字段和理由；查阅留痕。"""
    desk, record = await own(edge, import_id)
    content = await desk.files.get_json(record.id, PREVIEW)
    if content is None:
        raise NotFound("还没有核对")
    await desk.files.note_read(record.id, PREVIEW, edge.actor.sub)
    english = prefers_english(request.headers)
    said = [remark["english" if english else "sentence"] for remark in content["remarks"]]
    preview = ImportPreview.model_validate(content | {"remarks": said})
    if english:
        preview.faults = [fault.in_english() for fault in preview.faults]
    return preview


@router.get(
    "/imports/{import_id}/marked-copy",
    summary="标注错误的副本 Marked copy",
    response_class=Response,
    responses={200: {"content": {WORKBOOK: {}}}},
)
async def read_marked_copy(import_id: ImportId, edge: Edge) -> Response:
    """原文件的副本，错误的单元格涂色并有批注，行末写明原因；查阅留痕。"""
    desk, record = await own(edge, import_id)
    content = await desk.files.get(record.id, COPY)
    if content is None:
        raise NotFound("没有错误，不需要副本")
    await desk.files.note_read(record.id, COPY, edge.actor.sub)
    stem = (await desk.name_of(record)).rpartition(".")[0]
    what = "错误" if record.marked == "copy" else "错误清单"
    return workbook(content, f"{stem}-{what}.xlsx")


@router.delete("/imports/{import_id}", summary="清除 Erase", status_code=204)
async def erase_import(import_id: ImportId, edge: Edge) -> Response:
    """清除上传的文件、预览和副本；已登记的件不受影响。正在进行的要先停止。"""
    desk, record = await own(edge, import_id)
    await desk.erase(record)
    return Response(status_code=204)


@router.get(
    "/ledgers/{ledger}/template",
    summary="空白台账 Template of a ledger",
    response_class=Response,
    responses={200: {"content": {WORKBOOK: {}}}},
)
async def read_template(
    ledger: Annotated[str, Path(max_length=40, examples=["代表建议"])], request: Request, edge: Edge
) -> Response:
    """表头、填写说明和可选内容齐备的空白工作簿。"""
    desk = desk_at(edge)
    agency = next(iter(agencies_of(edge)), "")
    content = await desk.template(ledger, edge.actor.sub, agency, api_for(request))
    return workbook(content, f"{ledger}.xlsx")


def api_for(request: Request) -> Any:
    """Returns the way to the services under the token of the request."""
    token = request.headers.get("authorization", "").partition(" ")[2]
    return api_of(request.app.state.gateway, token, source_of(request))


def workbook(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, 200, headers, WORKBOOK)
