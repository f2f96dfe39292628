"""Identity of a paper through HTTP: rows of ledgers, numbers of the congress, duplicates."""

from shared.http.idempotency import Requests
from shared.testing.checklist import refusing
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import SUGGESTION, TEXT, intake, refused, registered

__all__ = ["intake"]
FORBIDDEN = "not-allowed-register-case"


async def test_only_those_who_keep_ledgers_name_their_rows(intake: ServiceUnderTest) -> None:
    """Else a deputy or a platform blocks the row of a clerk, or asks whether it exists."""
    row = SUGGESTION | {"serial": "17"}
    outsiders = (("p-n1", None), ("c-npc", "n-1"), ("p-hou", None))
    for who, key in outsiders:
        refused(await intake.post("/cases", row, who, key=key), 403, FORBIDDEN)
    assert (await intake.post("/cases", row, "p-reg")).status_code == 201
    for body in (row, row | {"title": "改过的案由"}):
        for who, key in outsiders:
            refused(await intake.post("/cases", body, who, key=key), 403, FORBIDDEN)


async def test_a_number_of_the_congress_belongs_to_one_paper(intake: ServiceUnderTest) -> None:
    first = SUGGESTION | {"external_no": "第58号"}
    assert (await intake.post("/cases", first, "p-reg")).status_code == 201
    same = await intake.post("/cases", first, "p-office")
    assert (same.status_code, same.json()["repeated"]) == (201, True)
    again = SUGGESTION | {"title": "另一件", "external_no": "十五届四次第058号"}
    refused(await intake.post("/cases", again, "p-reg"), 409, "external-number-taken")
    row = again | {"serial": "3"}
    refused(await intake.post("/cases", row, "p-reg"), 409, "external-number-taken")
    other = again | {"session": "十五届五次", "external_no": "58"}
    assert (await intake.post("/cases", other, "p-reg")).status_code == 201


async def test_a_session_printed_with_the_number_is_that_of_the_paper(
    intake: ServiceUnderTest,
) -> None:
    paper = {name: value for name, value in SUGGESTION.items() if name != "session"}
    answer = await intake.post("/cases", paper | {"external_no": "十五届五次第58号"}, "p-reg")
    case = answer.json()["case_id"]
    page = (await intake.get(f"/cases/{case}", "p-office")).json()
    assert (page["session"], page["external_no"]) == ("十五届五次", "十五届五次第58号")


async def test_a_number_is_free_again_when_its_paper_was_sent_back(
    intake: ServiceUnderTest,
) -> None:
    paper = SUGGESTION | {"external_no": "闭-12"}
    case = await registered(intake, paper)
    await intake.post(f"/cases/{case}/return", refusing("several-matters"), "p-office")
    again = await registered(intake, paper | {"title": "改写后的建议"})
    assert again != case
    third = await intake.post("/cases", paper | {"title": "第三件"}, "p-reg")
    refused(third, 409, "external-number-taken")


async def test_a_request_that_comes_again_is_about_the_paper_that_it_brought(
    intake: ServiceUnderTest,
) -> None:
    """By a process that does not remember it, after its paper was sent back (ADR 68)."""
    paper = SUGGESTION | {"external_no": "闭-12"}
    first = await intake.post("/cases", paper, "p-reg", key="k1")
    case = first.json()["case_id"]
    await intake.post(f"/cases/{case}/return", refusing("several-matters"), "p-office")
    intake.requests = Requests()
    del intake.app, intake.http
    again = await intake.post("/cases", paper, "p-reg", key="k1")
    assert (again.json()["case_id"], again.json()["repeated"]) == (case, True)
    new = await intake.post("/cases", paper, "p-reg", key="k2")
    assert new.json()["case_id"] != case


async def test_proposers_have_no_numbers_to_give(intake: ServiceUnderTest) -> None:
    paper = SUGGESTION | {"external_no": "58"}
    refused(await intake.post("/cases", paper, "p-n1"), 403, FORBIDDEN)
    assert (await intake.post("/cases", paper, "c-npc", key="n-5")).status_code == 201


async def test_the_same_paper_twice_is_hinted_to_those_who_screen(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    twin = await intake.post("/cases", SUGGESTION | {"text": f" {TEXT}　"}, "p-reg")
    assert twin.json()["similar"] == [case]
    page = await intake.get(f"/cases/{case}", "p-office")
    assert page.json()["similar"] == [twin.json()["case_id"]]
    assert (await intake.get(f"/cases/{case}", "p-n1")).json()["similar"] == []
    assert (await intake.post("/cases", SUGGESTION, "p-n1")).json()["similar"] == []
    other = await intake.post("/cases", SUGGESTION | {"text": "另一件事"}, "p-reg")
    assert other.json()["similar"] == []
