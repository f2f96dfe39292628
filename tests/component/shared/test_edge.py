"""The command edge through HTTP: who may, once only, on what was seen, with texts sealed."""

import asyncio
import json

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from shared.contracts.feedback import EvaluationLapsed
from shared.contracts.handling import ProgressReported
from shared.contracts.intake import CaseErased
from shared.kernel import ids
from shared.kernel.actor import Actor, Post
from shared.kernel.commit import Commit, Draft
from shared.kernel.messages import Sealed
from shared.testing.memory import MemoryEventStore
from shared.testing.service import MONDAY, ServiceUnderTest
from shared.testing.small_service import CASE, SERVICE, TASK

CASE_ID = "56fa9635caf355c1b7bdf0735026de16"
STREAM, PATH = f"handling-{CASE_ID}", f"/cases/{CASE_ID}/progress"
HANDLER = Actor("p-handler", (Post("handler", "u-edu", ("u-edu", "u-city")),))
STRANGER = Actor("p-stranger", (Post("handler", "u-health", ("u-health", "u-city")),))
LAPSED = EvaluationLapsed(at=MONDAY, **CASE, evaluation=TASK, task=TASK, unit="u-edu", rater="p-1")


class SlowStore(MemoryEventStore):
    """An append that waits until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def append(self, draft: Draft) -> Commit:
        self.reached.set()
        await self.go_on.wait()
        return await super().append(draft)


def service() -> ServiceUnderTest:
    return ServiceUnderTest(SERVICE, HANDLER, STRANGER)


def another_process(of: ServiceUnderTest) -> ServiceUnderTest:
    """Returns the same service in a process that starts now, on the same log and vault."""
    here, vault = of.store, of.vault_store
    return ServiceUnderTest(SERVICE, HANDLER, STRANGER, store=here, vault_store=vault)


def free(tested: ServiceUnderTest, actor: Actor, key: str = "k1") -> bool:
    """Returns whether the process knows nothing of the actor's key."""
    return tested.requests.begin(ids.http_command(actor.sub, key), b"another") is None


async def test_a_command_is_recorded_with_who_when_and_its_trace() -> None:
    tested = service()
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await tested.post(
        PATH, {"text": "已勘查"}, as_=HANDLER, traceparent=f"00-{trace}-00f067aa0ba902b7-01"
    )
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["traceparent"].split("-")[1] == trace
    assert answer.json()["case_id"] == CASE_ID
    [commit] = await tested.store.read(STREAM)
    assert (commit.actor, commit.case_id, commit.agency) == ("p-handler", CASE_ID, "u-city")
    assert (commit.correlation_id, commit.clock) == (trace, "real")
    assert commit.facts[0].occurred_at == "2025-03-03T01:00:00.000Z"


async def test_without_a_token_nobody_enters() -> None:
    answer = await service().http.post(PATH, json={"text": "x"})
    assert (answer.status_code, answer.json()["rule"]) == (401, "no-token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_an_unknown_person_is_refused() -> None:
    answer = await service().post(PATH, {"text": "x"}, as_="p-nobody")
    assert (answer.status_code, answer.json()["rule"]) == (403, "unknown-subject")


COLLEAGUE = Actor("p-reviewer", (Post("reviewer", "u-edu", ("u-edu", "u-city")),))


async def test_who_knows_the_case_and_has_no_row_is_refused_by_name() -> None:
    tested = service()
    await tested.post(PATH, {"text": "x"}, as_=HANDLER)
    answer = await tested.post(PATH, {"text": "x"}, as_=COLLEAGUE)
    assert (answer.status_code, answer.json()["rule"]) == (403, "not-allowed-report-progress")
    assert len(await tested.facts(STREAM)) == 1


@pytest.mark.parametrize("headers", [{}, {"if_match": '"7"'}, {"key": "k1"}])
async def test_a_stranger_learns_of_no_case_and_leaves_nothing(headers: dict[str, str]) -> None:
    """The same answer for a case that is here and for one that is not."""
    tested, nowhere = service(), f"/cases/{'0' * 32}/progress"
    await tested.post(PATH, {"text": "x"}, as_=HANDLER)
    keys = set(tested.vault_store.keys)
    answers = [
        await tested.post(path, {"text": "x"}, as_=STRANGER, **headers)  # type: ignore[arg-type]
        for path in (PATH, nowhere)
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["rule"]) == (404, "not-found")
    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert bodies[0] == bodies[1]
    assert set(tested.vault_store.keys) == keys
    assert free(tested, STRANGER)


@pytest.mark.parametrize("case_id", [CASE_ID, "0" * 32])
async def test_a_stranger_who_waits_for_a_case_learns_no_more(case_id: str) -> None:
    tested = service()
    await tested.post(PATH, {"text": "x"}, as_=HANDLER)
    early = f"/cases/{case_id}/progress?at_least=handling-{case_id}@1"
    answer = await tested.post(early, {"text": "x"}, as_=STRANGER)
    assert (answer.status_code, answer.json()["rule"]) == (409, "not-yet-known")


async def test_a_refusal_names_rule_and_field_in_chinese_and_the_rule_in_english() -> None:
    tested = service()
    await tested.react_to(LAPSED, f"feedback-{CASE_ID}")
    chinese = await tested.post(PATH, {"text": "x"}, as_=HANDLER)
    assert chinese.headers["content-type"] == "application/problem+json"
    assert (chinese.status_code, chinese.json()) == (
        409,
        {
            "type": "urn:duban:problem:notes-stopped",
            "title": "当前不能办理",
            "status": 409,
            "detail": "已停止，不能再填写",
            "rule": "notes-stopped",
            "field": "text",
            "instance": f"/handling/v1{PATH}",
        },
    )
    english = await tested.post(PATH, {"text": "x"}, as_=HANDLER, accept_language="en")
    assert english.json()["title"] == "Not possible in this state"


async def test_wrong_input_is_named_field_by_field() -> None:
    answer = await service().post(PATH, {"txt": "x"}, as_=HANDLER)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "text", "rule": "missing", "message": "缺少必填项"},
        {"field": "txt", "rule": "extra-forbidden", "message": "不认识的字段"},
    ]


FLAWS = {
    "text-control": "\x1b[31m",
    "text-surrogate": "\ud800",
    "text-noncharacter": "\ufffe",
    "text-direction": "\u202e",
    "text-annotation": "\U000e0041",
    "text-marks": "\u0301" * 40,
}


@pytest.mark.parametrize("rule", FLAWS)
async def test_a_text_with_a_flaw_is_refused_by_its_field(rule: str) -> None:
    body = json.dumps({"text": f"已勘查{FLAWS[rule]}", "kind": "suggestion"})
    answer = await service().post(PATH, as_=HANDLER, content=body)
    assert (answer.status_code, answer.json()["field"]) == (422, "text")
    [fault] = answer.json()["errors"]
    assert (fault["field"], fault["rule"]) == ("text", rule)
    assert "请删除后重新填写" in fault["message"]


@pytest.mark.parametrize("text", ["\u200b", "\u3164 \u2800", "\ufeff"])
async def test_a_text_without_a_visible_character_is_empty(text: str) -> None:
    tested = service()
    answer = await tested.post(PATH, {"text": text}, as_=HANDLER)
    assert (answer.status_code, answer.json()["facts"]) == (201, [])  # nothing was written down


async def test_flaws_of_names_parameters_and_paths_are_refused() -> None:
    tested = service()
    for name in ("\ud800", "x\u202ey"):
        body = json.dumps({name: "x\ufffe", "text": "x"})
        answer = await tested.post(PATH, as_=HANDLER, content=body)
        assert (answer.status_code, answer.json()["rule"]) == (422, "validation")
    asked = await tested.get(f"/cases/{CASE_ID}", as_=HANDLER, q="a\u202eb")
    assert (asked.status_code, asked.json()["field"]) == (422, "q")
    pathed = await tested.get("/cases/%E2%80%AE", as_=HANDLER)
    assert (pathed.status_code, pathed.json()["field"]) == (422, "case_id")


async def test_an_answer_names_a_bounded_number_of_faults() -> None:
    body = {f"{n}" * 50: "x" for n in range(5_000)}
    answer = await service().post(PATH, body, as_=HANDLER)
    assert answer.status_code == 422
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("key", ["", "\t", "é", "x" * 201])
async def test_an_idempotency_key_is_printable_ascii(key: str) -> None:
    sent = {"Idempotency-Key": key.encode("latin-1")}
    answer = await service().post(PATH, {"text": "x"}, as_=HANDLER, **sent)  # type: ignore[arg-type]
    assert answer.status_code == 422


async def test_a_kind_without_policy_is_refused() -> None:
    answer = await service().post(PATH, {"text": "x", "kind": "riddle"}, as_=HANDLER)
    assert (answer.status_code, answer.json()["rule"]) == (409, "no-policy")


async def test_an_unexpected_error_tells_nothing() -> None:
    tested = service()
    tested.http = tested.browser(raises=False)
    answer = await tested.get("/broken", as_=HANDLER)
    assert answer.status_code == 500
    assert "3701" not in answer.text


async def test_a_store_that_does_not_answer_is_no_error_of_ours() -> None:
    tested = service()

    async def key(subject: str) -> None:
        raise ServerSelectionTimeoutError("no primary")

    tested.vault_store.key = key  # type: ignore[assignment, method-assign]
    answer = await tested.post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    assert (answer.status_code, answer.json()["rule"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"


# Once only


async def test_a_repeated_request_gets_the_first_answer_again() -> None:
    tested = service()
    first = await tested.post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    again = await tested.post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    assert (again.status_code, again.json()) == (201, {**first.json(), "repeated": True})
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json()["repeated"] is False
    assert "Idempotency-Replayed" not in first.headers
    assert len(await tested.facts(STREAM)) == 1


async def test_a_lost_answer_is_found_in_the_log_even_when_it_would_be_refused_now() -> None:
    tested = service()
    await tested.post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    await tested.react_to(LAPSED, f"feedback-{CASE_ID}")
    again = await another_process(tested).post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    assert (again.status_code, again.json()["version"]) == (201, 1)
    assert again.json()["repeated"] is True
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_after_a_restore_the_log_answers_for_a_key_younger_than_the_backup() -> None:
    """The commit comes back from the bus; the data key of its fingerprint does not."""
    tested = service()
    first = await tested.post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    tested.vault_store.keys.clear()
    again = await another_process(tested).post(PATH, {"text": "已勘查"}, as_=HANDLER, key="k1")
    assert (again.status_code, again.json()) == (201, {**first.json(), "repeated": True})
    assert len(await tested.facts(STREAM)) == 1


async def test_a_refused_request_may_be_corrected_under_the_same_key() -> None:
    tested = service()
    assert (await tested.post(PATH, {"txt": "x"}, as_=HANDLER, key="k1")).status_code == 422
    assert (await tested.post(PATH, {"text": "x"}, as_=HANDLER, key="k1")).status_code == 201


async def test_a_repetition_waits_for_the_first_and_gets_its_answer() -> None:
    store = SlowStore()
    tested = ServiceUnderTest(SERVICE, HANDLER, store=store)
    first = asyncio.create_task(tested.post(PATH, {"text": "x"}, as_=HANDLER, key="k1"))
    await store.reached.wait()
    second = asyncio.create_task(tested.post(PATH, {"text": "x"}, as_=HANDLER, key="k1"))
    store.go_on.set()
    assert (await first).json()["repeated"] is False
    assert (await second).json() == {**(await first).json(), "repeated": True}
    assert len(await tested.facts(STREAM)) == 1


async def test_a_refused_command_gives_its_key_back() -> None:
    tested = service()
    await tested.react_to(LAPSED, f"feedback-{CASE_ID}")
    refused = await tested.post(PATH, {"text": "x"}, as_=HANDLER, key="k1")
    assert refused.status_code == 409
    assert free(tested, HANDLER)


async def test_a_client_must_bring_a_key() -> None:
    client = Actor("c-npc", client_of="u-city")
    answer = await service().post(PATH, {"text": "x"}, as_=client)
    assert (answer.status_code, answer.json()["rule"]) == (400, "key-required")


async def test_nothing_to_do_is_answered_without_a_fact() -> None:
    tested = service()
    answer = await tested.post(PATH, {"text": ""}, as_=HANDLER)
    assert answer.status_code == 201
    assert answer.json()["facts"] == []


# On what was seen


async def test_if_match_refuses_what_was_decided_on_an_older_version() -> None:
    tested = service()
    await tested.post(PATH, {"text": "一"}, as_=HANDLER)
    await tested.post(PATH, {"text": "二"}, as_=HANDLER, if_match='"1"')
    stale = await tested.post(PATH, {"text": "三"}, as_=HANDLER, if_match='"1"')
    assert (stale.status_code, stale.json()["rule"]) == (412, "stale")
    assert len(await tested.facts(STREAM)) == 2


async def test_an_if_match_of_another_stream_is_refused() -> None:
    tested, other = service(), f"handling-{'9' * 32}"
    refused = await tested.post(PATH, {"text": "x"}, as_=HANDLER, if_match=f'"{other}@0"')
    assert (refused.status_code, refused.json()["rule"]) == (412, "if-match")
    assert await tested.facts(STREAM) == []
    own = await tested.post(PATH, {"text": "x"}, as_=HANDLER, if_match=f'"{STREAM}@0"')
    assert own.status_code == 201


@pytest.mark.parametrize("tag", ["latest", 'W/"1"'])
async def test_an_if_match_that_is_no_version_is_refused(tag: str) -> None:
    answer = await service().post(PATH, {"text": "x"}, as_=HANDLER, if_match=tag)
    assert (answer.status_code, answer.json()["rule"]) == (400, "if-match")


async def test_who_has_seen_a_fact_is_not_decided_upon_without_it() -> None:
    tested = service()
    early = f"{PATH}?at_least=feedback-{CASE_ID}@1"
    refused = await tested.post(early, {"text": "x"}, as_=HANDLER)
    assert (refused.status_code, refused.json()["rule"]) == (409, "not-yet-known")
    await tested.react_to(LAPSED, f"feedback-{CASE_ID}")
    decided = await tested.post(early, {"text": "x"}, as_=HANDLER)
    assert decided.json()["rule"] == "notes-stopped"


async def test_a_reader_who_has_seen_a_version_is_not_shown_an_older_one() -> None:
    tested = service()
    await tested.post(PATH, {"text": "一"}, as_=HANDLER)
    shown = await tested.get(f"/cases/{CASE_ID}/seen", as_=HANDLER, at_least=f"{STREAM}@1")
    assert shown.json()["handling"] == {"notes": 1}
    early = await tested.get(f"/cases/{CASE_ID}/seen", as_=HANDLER, at_least=f"{STREAM}@2")
    assert early.json()["rule"] == "not-yet-known"


@pytest.mark.parametrize("place", ["feedback", "feedback-1", "feedback-1@0", "@1", "f-1@x"])
async def test_at_least_must_name_a_stream_and_a_version(place: str) -> None:
    answer = await service().post(f"{PATH}?at_least={place}", {"text": "x"}, as_=HANDLER)
    assert (answer.status_code, answer.json()["rule"]) == (422, "at-least")


async def test_an_import_is_done_once_and_an_older_one_is_ignored() -> None:
    tested = service()
    source = f"feedback-{CASE_ID}"
    [second] = await tested.react_to(LAPSED, source, version=2)
    [repeated] = await tested.react_to(LAPSED, source, version=2)
    [older] = await tested.react_to(LAPSED, source, version=1)
    assert [second.result, repeated.result, older.result] == ["accepted", "repeated", "nothing"]
    [commit] = await tested.store.read(STREAM)
    assert (commit.actor, commit.on_behalf_of) == ("system:handling", "p-office")
    assert commit.basis == {source: 2}


# Texts


async def test_the_texts_of_sealed_kinds_never_reach_the_log() -> None:
    tested = service()
    await tested.post(PATH, {"text": "举报信", "kind": "petition"}, as_=HANDLER)
    [fact] = await tested.facts(STREAM)
    assert isinstance(fact, ProgressReported)
    assert isinstance(fact.text, Sealed)
    assert "举报信" not in str(tested.store.documents)
    shown = await tested.get(f"/cases/{CASE_ID}", as_=HANDLER)
    assert shown.json()["texts"] == ["举报信"]
    assert [read[2] for read in tested.vault_store.reads] == ["p-handler"]


async def test_an_erased_case_shows_that_it_was_erased_and_takes_no_new_text() -> None:
    tested = service()
    await tested.post(PATH, {"text": "举报信", "kind": "petition"}, as_=HANDLER, key="k1")
    await tested.runtime.personal_data.destroy(CASE_ID)
    shown = await tested.get(f"/cases/{CASE_ID}", as_=HANDLER)
    assert shown.json()["texts"] == ["（内容已依法清除，无法显示）"]
    refused = await tested.post(PATH, {"text": "又一封", "kind": "petition"}, as_=HANDLER)
    assert (refused.status_code, refused.json()["rule"]) == (409, "case-erased")
    again = await tested.post(PATH, {"text": "举报信", "kind": "petition"}, as_=HANDLER, key="k1")
    assert (again.status_code, again.json()["version"]) == (201, 1)


async def test_recording_the_erasure_destroys_the_key() -> None:
    tested = service()
    await tested.post(PATH, {"text": "举报信", "kind": "petition"}, as_=HANDLER)
    erased = CaseErased(at=MONDAY, **CASE, by="p-office", reason="request")
    await tested.react_to(erased, f"intake-{CASE_ID}")
    assert tested.vault_store.destroyed == {CASE_ID}


# Buttons


async def test_allowed_actions_are_those_that_the_edge_would_accept() -> None:
    tested = service()
    await tested.post(PATH, {"text": "x"}, as_=HANDLER)
    mine = await tested.get(f"/cases/{CASE_ID}/actions", as_=HANDLER)
    theirs = await tested.get(f"/cases/{CASE_ID}/actions", as_=STRANGER)
    assert (mine.json(), theirs.json()) == ({"actions": ["report-progress"]}, {"actions": []})


async def test_an_unknown_case_is_not_found() -> None:
    answer = await service().get(f"/cases/{'0' * 32}", as_=HANDLER)
    assert (answer.status_code, answer.json()["rule"]) == (404, "not-found")


# Together


async def test_thirty_clerks_on_one_stream_all_succeed_and_leave_no_gap() -> None:
    tested = service()
    answers = await asyncio.gather(
        *[tested.post(PATH, {"text": f"第{n}次"}, as_=HANDLER) for n in range(30)]
    )
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 31))
