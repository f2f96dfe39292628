"""Journey: a photograph comes to a paper, is seen and kept by its reader, and is taken back."""

import asyncio
import base64
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.console.browser import FORM, PHONE, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe
from tests.e2e.console.papers import DEPUTY, OFFICE, REGISTRAR, register, title
from tests.e2e.console.test_screening import pictured

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console", "intake")]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9"
    "HQAAAABJRU5ErkJggg=="
)
"""A picture of one point."""
PHOTO = "积水现场.png"


async def test_a_photograph_is_added_seen_and_removed(arrive: Arrive, tmp_path: Path) -> None:
    clerk, officer = await arrive(REGISTRAR), await arrive(OFFICE)
    case = await register(clerk, title())
    (tmp_path / "宏.docm").write_bytes(b"PK\x03\x04")
    whole = DOT + b"\0" * 700_000
    (tmp_path / PHOTO).write_bytes(whole)
    await added(clerk, case, tmp_path)
    await seen(officer, case)
    assert await kept(officer, officer.page.locator(".attachments")) == whole
    author = await arrive(size=PHONE, scripts=False, at="/my/sign-in")
    await author.signs_in_by_form(DEPUTY)
    await author.open(f"/my/cases/{case}")
    paper = author.page.locator("details", has_text="六月十二日拍摄")
    await paper.locator("summary").click()
    assert await kept(author, paper) == whole
    await clerk.does(case, "移除附件", attachment=PHOTO, reason="传错文件")
    await officer.see(case, "text")
    await expect(officer.page.locator("#tabpanel .text")).to_contain_text("建议")
    assert await officer.page.locator(".attachments").count() == 0
    await officer.see(case)
    await expect(officer.page.locator("#tabpanel")).to_contain_text("传错文件")


async def added(clerk: Person, case: str, folder: Path) -> None:
    """A file that is not taken is refused at once, and another is chosen in its place."""
    await clerk.begin(case, "添加附件")
    field = clerk.page.locator("form.command input[type=file]")
    clerk.complaints.expected.add(409)
    await field.set_input_files(folder / "宏.docm")
    await expect(clerk.page.locator(".file-input [role=alert]")).to_contain_text("只收 .pdf")
    await field.set_input_files(folder / PHOTO)
    status = clerk.page.locator(".file-input [role=status]")
    await expect(status).to_have_text(f"已上传：{PHOTO}")
    assert await axe(clerk) == []
    await clerk.put({"note": "六月十二日拍摄"})
    await clerk.send()


async def seen(officer: Person, case: str) -> None:
    await officer.see(case, "text")
    listed = officer.page.locator(".attachments")
    await expect(listed).to_contain_text("六月十二日拍摄")
    await expect(listed).to_contain_text("未查杀病毒")
    picture = listed.locator("img")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("naturalWidth", 1)
    assert await axe(officer) == []
    await beside_the_form(officer, case)
    await officer.see(case, "text")


async def beside_the_form(officer: Person, case: str) -> None:
    """A picture is looked at while the form is filled in; Esc closes the picture, not the form."""
    await officer.begin(case, "不予立案")
    dialog = officer.page.locator(".el-dialog")
    opener = dialog.get_by_role("button", name=f"查看图片 {PHOTO}")
    await opener.click()
    viewer = dialog.get_by_role("group", name=PHOTO)
    await expect(viewer).to_be_focused()
    await officer.page.keyboard.press("ArrowRight")
    await expect(viewer.get_by_role("status")).to_contain_text("第 1/1 张")
    assert await axe(officer) == []
    await pictured(officer, "beside")
    await officer.page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(opener).to_be_focused()
    await expect(officer.page.locator(FORM)).to_be_visible()


async def kept(reader: Person, place: Locator) -> bytes:
    """Returns the file as the browser keeps it, under its own name."""
    link = place.get_by_role("link", name=PHOTO).first
    async with reader.page.expect_download() as coming:
        await link.click()
    download = await coming.value
    assert download.suggested_filename == PHOTO
    return await asyncio.to_thread(Path(await download.path()).read_bytes)
