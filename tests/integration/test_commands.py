"""The command line on a real broker: what is printed and with which code it ends."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.ops.cli.app import app
from shared.signing.key_folder import RING


@pytest.fixture
def duban(
    kafka_bootstrap: str, space: str, monkeypatch: pytest.MonkeyPatch, signing_folder: Path
) -> CliRunner:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka_bootstrap)
    monkeypatch.setenv("DUBAN_SPACE", space)
    return CliRunner()


def test_topics_are_verified_then_created_then_as_declared(duban: CliRunner, space: str) -> None:
    before = duban.invoke(app, ["topics", "verify"])
    assert before.exit_code == 1
    assert f"{space}-case-events does not exist" in before.stderr
    made = duban.invoke(app, ["topics", "create"])
    assert f"{space}-log-heads" in made.stdout
    after = duban.invoke(app, ["topics", "verify"])
    assert (after.exit_code, "As declared" in after.stdout) == (0, True)


def test_lag_of_a_group_that_nobody_knows_is_refused(duban: CliRunner, space: str) -> None:
    assert duban.invoke(app, ["lag"]).exit_code == 0
    answer = duban.invoke(app, ["lag", f"{space}-nobody"])
    assert answer.exit_code == 2
    framed = "".join(answer.stderr.replace("│", "").split())
    assert f"没有消费组{space}-nobody" in framed


def test_a_broker_that_does_not_speak_is_a_sentence_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.kafka.topic_admin.ANSWER_WITHIN_MS", 500)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{silent.getsockname()[1]}")
        answer = CliRunner().invoke(app, ["topics", "verify"])
    assert answer.exit_code == 1
    assert "Kafka went away or refused" in answer.stderr


def test_every_log_is_verified_and_the_portal_has_none(
    duban: CliRunner, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_URL", mongo_url)
    answer = duban.invoke(app, ["verify"])
    assert (answer.exit_code, "All chains are whole" in answer.stdout) == (0, True)
    assert "intake" in answer.stderr
    assert "portal" not in answer.output


def test_no_log_is_called_whole_without_the_ring_of_keys(
    duban: CliRunner, mongo_url: str, monkeypatch: pytest.MonkeyPatch, signing_folder: Path
) -> None:
    monkeypatch.setenv("MONGO_URL", mongo_url)
    (signing_folder / RING).unlink()
    answer = duban.invoke(app, ["verify"])
    assert answer.exit_code == 1
    assert "The key ring is missing" in answer.stderr
    assert "All chains are whole" not in answer.output


@pytest.mark.parametrize("action", ["show", "replay", "drop"])
def test_what_is_not_set_aside_can_neither_be_shown_nor_replayed_nor_dropped(
    duban: CliRunner, mongo_url: str, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    monkeypatch.setenv("MONGO_URL", mongo_url)
    answer = duban.invoke(app, ["parked", action, "nothing1"])
    assert answer.exit_code == 1
    assert "没有搁置 nothing1" in answer.stderr


def test_a_stream_that_is_not_there_is_not_published_as_nothing(
    duban: CliRunner, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_URL", mongo_url)
    answer = duban.invoke(app, ["republish", "intake", "--stream", "intake-c1"])
    assert answer.exit_code == 1
    assert "intake 没有流 intake-c1" in answer.stderr
