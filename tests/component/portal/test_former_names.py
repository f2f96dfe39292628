"""Units in the course of a case have the names of the day of the act."""

from datetime import date

from services.directory.app import SERVICE
from services.portal.case_page import CasePage, Entry
from services.portal.names_then import name_acts
from shared.contracts.directory import UnitChanged
from shared.testing.organisation import city, unit
from shared.testing.service import MONDAY, ServiceUnderTest

RENAMED = UnitChanged(
    at=MONDAY, unit="u-hou", title="市住房和城乡建设局", short="住建局", parent="u-city",
    valid_from=date(2025, 6, 1),
)  # fmt: skip


def entry(at: str, **about: object) -> Entry:
    fixed = {"owner": "handling", "version": 1, "type": "reply.signed.v1", "actor": None}
    return Entry.model_validate({**fixed, "at": at, "step": "签发", "about": about, "words": {}})


async def test_an_act_keeps_the_names_of_its_day() -> None:
    """Also one that was entered after the day on which the name changed."""
    directory = ServiceUnderTest(SERVICE)
    await directory.knows(city(), unit("u-hou", short="建设局"), RENAMED)
    page = CasePage.model_construct(
        timeline=[
            entry("2025-05-31T08:00:00Z", unit="u-hou"),
            entry("2025-05-31T16:00:00Z", unit="u-hou"),
            entry("2025-06-03T01:00:00Z", units=["u-hou", "u-gone"], on="2025-05-30"),
        ]
    )
    await name_acts(page, await directory.collection("actors"), {"u-hou": "住建局"})
    former = {"u-hou": "建设局"}
    assert [each.names for each in page.timeline] == [former, {}, former]
