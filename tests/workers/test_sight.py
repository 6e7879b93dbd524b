"""What the operator sees of the workers, and what is hidden."""

import json
import re
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from dialogue.accounts.actions import start_sign_in
from tests.workers.conftest import Cluster, Worker, token_of
from tests.workers.wire import Line
from tests.world import World

Lines = Callable[..., Line]


def look(worker: Worker, path: str, **headers: str) -> str:
    """What a worker answers."""
    with urlopen(Request(worker.url + path, headers=headers), timeout=5) as answer:
        return str(answer.read().decode())


def test_each_worker_shows_its_figures(cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    line = lines(cluster.workers[0], world.member(room))
    line.ask("stream.join", stream=room.id)
    said = line.ask("contribution.post", stream=room.id, key="k", text="To be counted")
    assert line.until(lambda: said["seq"] in line.seqs())
    figures = {name: float(value) for name, value in re.findall(
        r"^(dialogue_\w+(?:{[^}]*})?) ([\d.e+-]+)$", look(cluster.workers[0], "/metrics"), re.MULTILINE)}
    assert figures["dialogue_sockets"] >= 1
    assert figures["dialogue_streams"] >= 1
    assert figures["dialogue_bytes_outstanding"] == 0
    assert figures["dialogue_loop_lag_seconds_count"] > 0
    assert figures["dialogue_commit_batch_size_count"] > 0
    assert figures["dialogue_delivery_delay_seconds_count"] > 0
    assert figures['dialogue_socket_events_total{answer="ok",event="contribution.post"}'] >= 1
    assert any(name.startswith("dialogue_requests_total") and 'noun="live"' in name for name in figures)


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "192.0.2.7"}])
def test_the_figures_are_not_for_who_comes_through_the_proxy(cluster: Cluster, headers: dict[str, str]) -> None:
    with pytest.raises(HTTPError) as refusal:
        look(cluster.workers[0], "/metrics", **headers)
    with refusal.value:
        assert refusal.value.code == 404


def test_the_log_holds_no_contents_names_addresses_or_secrets(cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room(title="Room of the unheard")
    person = world.member(room, name="Nomen Nescio")
    worker = cluster.workers[0]
    token, session = token_of(person), start_sign_in(person)
    line = Line(worker.url, token)
    line.ask("stream.join", stream=room.id)
    line.ask("contribution.post", stream=room.id, key="k", text="Words for this room alone")
    line.ask("contribution.post", stream={"Words for this room alone": 1}, key=[token], text=7)
    line.close()
    look(worker, "/api/v1/me?remark=query-of-mine", Authorization=f"Bearer {token}")
    look(worker, "/agenda?search=query-of-mine", Cookie=f"dialogue={session}")
    with pytest.raises(HTTPError) as refusal:
        urlopen(Request(f"{worker.url}/sign-in", urlencode({"password": "passphrase of mine"}).encode()), timeout=5)
    refusal.value.close()
    log = (worker.folder / "server.log").read_text()
    secrets = ("Words for", "unheard", "Nescio", token, session, "query-of-mine", "passphrase", person.email, room.id)
    assert [secret for secret in secrets if secret in log] == []
    lines_ = [json.loads(row) for row in log.splitlines() if row.startswith("{")]
    assert any(row.get("endpoint") == "agenda.index" and row["status"] == 200 for row in lines_), lines_[-5:]


def test_each_line_of_the_log_is_json_and_each_event_one_line(cluster: Cluster, world: World) -> None:
    del world
    worker = cluster.workers[1]
    before = len((worker.folder / "server.log").read_text().splitlines())
    for n in range(3):
        look(worker, f"/agenda?search=word{n}")
    lines = (worker.folder / "server.log").read_text().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
    answers = [row for row in map(json.loads, lines[before:]) if row.get("endpoint") == "agenda.index"]
    assert len(answers) == 3
