"""Entries of requests in the audit trail: subject, address and reason, and no typed text."""

from shared.kernel.actor import Actor, Post
from shared.testing.service import ServiceUnderTest
from shared.testing.small_service import SERVICE

CASE_ID = "56fa9635caf355c1b7bdf0735026de16"
PATH = f"/cases/{CASE_ID}/progress"
HANDLER = Actor("p-handler", (Post("handler", "u-edu", ("u-edu", "u-city")),))
STRANGER = Actor("p-stranger", (Post("handler", "u-health", ("u-health", "u-city")),))
LETTER = "张三，身份证 370100"


def service() -> ServiceUnderTest:
    return ServiceUnderTest(SERVICE, HANDLER, STRANGER)


async def test_the_first_use_of_a_token_is_a_login_and_later_uses_are_not() -> None:
    tested = service()
    headers = tested._headers(HANDLER)
    for _ in range(3):
        await tested.http.get(f"/cases/{CASE_ID}", headers=headers)
    [login] = tested.trail.of("login")
    assert (login.subject, login.address, login.result) == ("p-handler", "127.0.0.1", "done")


async def test_a_refused_token_is_traced_by_address_and_reason_and_never_by_itself() -> None:
    tested = service()
    await tested.http.post(PATH, json={"text": "x"})
    await tested.http.post(PATH, json={"text": "x"}, headers={"Authorization": "Bearer a.b.c"})
    refusals = tested.trail.of("refusal")
    assert [each.reason for each in refusals] == ["no-token", "token-invalid"]
    assert {each.address for each in refusals} == {"127.0.0.1"}
    assert "a.b.c" not in str(refusals)


async def test_a_subject_that_the_directory_does_not_know_is_traced() -> None:
    tested = service()
    await tested.post(PATH, {"text": "x"}, as_="p-nobody")
    [refusal] = tested.trail.of("refusal")
    assert (refusal.subject, refusal.reason) == ("p-nobody", "unknown-subject")


async def test_a_denied_action_is_traced_with_case_and_rule() -> None:
    tested = service()
    answer = await tested.post(PATH, {"text": LETTER}, as_=STRANGER)
    [denial] = tested.trail.of("denial")
    assert (denial.subject, denial.case_id) == ("p-stranger", CASE_ID)
    assert (denial.action, denial.reason) == ("write", "not-allowed-report-progress")
    assert answer.headers["traceparent"].split("-")[1] == denial.request
    assert "张三" not in str(tested.trail.entries)


async def test_what_is_hidden_or_does_not_exist_is_traced_too() -> None:
    tested = service()
    await tested.get(f"/cases/{CASE_ID}/seen", as_=STRANGER)
    [denial] = tested.trail.of("denial")
    assert (denial.action, denial.reason) == ("seen", "not-found")


async def test_sealed_texts_are_traced_once_a_request_before_they_are_opened() -> None:
    tested = service()
    for text in (LETTER, "已勘查"):
        await tested.post(PATH, {"text": text, "kind": "petition"}, as_=HANDLER)
    answer = await tested.get(f"/cases/{CASE_ID}", as_=HANDLER)
    assert answer.json()["texts"] == [LETTER, "已勘查"]
    [read] = tested.trail.of("read")
    assert (read.subject, read.case_id, read.action) == ("p-handler", CASE_ID, "read")
    await tested.get(f"/cases/{CASE_ID}", as_=HANDLER)
    assert len(tested.trail.of("read")) == 2


async def test_without_a_trail_sealed_texts_stay_sealed() -> None:
    tested = service()
    await tested.post(PATH, {"text": LETTER, "kind": "petition"}, as_=HANDLER)
    tested.trail.away = True
    answer = await tested.get(f"/cases/{CASE_ID}", as_=HANDLER)
    assert answer.status_code == 503
    assert LETTER not in answer.text
    assert tested.vault_store.reads == []


async def test_ordinary_commands_do_not_need_the_trail() -> None:
    tested = service()
    tested.trail.away = True
    assert (await tested.post(PATH, {"text": "x"}, as_=HANDLER)).status_code == 201


async def test_who_acts_in_the_post_of_another_is_traced_with_both() -> None:
    tested = service()
    post = Post("handler", "u-health", ("u-health", "u-city"), held_by="p-chief")
    await tested.post(PATH, {"text": "x"}, as_=Actor("p-deputy", (post,)))
    [denial] = tested.trail.of("denial")
    assert (denial.subject, denial.on_behalf_of) == ("p-deputy", "p-chief")
