"""deploy/nginx in front of two workers; run where there is an nginx."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.guardian import Server
from tests.servers import free_port, wait_until
from tests.workers.conftest import Cluster, token_of
from tests.workers.wire import Participant
from tests.world import World

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx"
pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx on PATH")


def configured(folder: Path, name: str, **changes: str) -> Path:
    """A copy of our configuration in a folder of its own, inside a minimal nginx.conf; the site's differences last."""
    for file in CONFIGURATION.iterdir():
        text = file.read_text().replace("/etc/nginx/dialogue", str(folder)).replace("/var/log/nginx", str(folder))
        for old, new in changes.items() if file.name == name else ():
            text = re.sub(old, new, text)
        (folder / file.name).write_text(text)
    main = folder / "nginx.conf"
    places = "".join(f"{what}_temp_path {folder}/{what};" for what in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main.write_text(f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
                    f"events {{ worker_connections 500; }} http {{ {places} include {folder}/{name}; }}")
    return main


@pytest.fixture(scope="module")
def front(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site before our workers, without its certificate; its address."""
    folder, port, other = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    one, two = (worker.url.rpartition(":")[2] for worker in cluster.workers)
    main = configured(folder, "site.conf", **{
        "8001": one, "8002": two, "listen 80;": f"listen {other};", "listen 443 ssl http2": f"listen {port}",
        "ssl_.*;": "", "dialogue.example": "localhost"})
    server = Server(["nginx", "-c", str(main), "-e", str(folder / "error.log")], log=folder / "log")
    url = f"http://localhost:{port}"
    wait_until(lambda: status(f"{url}/healthz") == 200, server, "nginx")
    yield url
    server.stop()


def status(url: str, body: bytes | None = None) -> int:
    """What is answered; 0 where nobody answers."""
    try:
        with urlopen(Request(url, body), timeout=5) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code
    except URLError:
        return 0


def test_the_containers_configuration_is_one(tmp_path: Path) -> None:
    main = configured(tmp_path, "compose.conf", **{r"worker\d:8000": f"127.0.0.1:{free_port()}"})
    tried = subprocess.run(["nginx", "-t", "-c", str(main)], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_figures_and_readiness_are_closed_to_the_outside(front: str) -> None:
    assert status(f"{front}/agenda") == 200
    assert status(f"{front}/metrics") == status(f"{front}/readyz") == 404


def test_too_large_a_body_is_refused_at_the_front(front: str) -> None:
    assert status(f"{front}/sign-in", b"x" * 1_100_000) == 413


def test_who_is_in_a_room_goes_on_at_another_worker_when_theirs_goes(
        cluster: Cluster, world: World, front: str) -> None:
    room = world.room()
    talking, listening = (Participant([front], token_of(world.member(room)), room.id) for _ in range(2))
    assert listening.connected().is_open
    for worker in cluster.workers:
        said = talking.post("Before")
        worker.stop()
        began = time.monotonic()
        said = talking.post("Somewhere else")
        assert listening.connected().until(lambda seq=said: seq in listening.seen(), 5)
        assert time.monotonic() - began < 5
        worker.start()
    assert listening.seen() == list(range(1, said + 1))


def test_the_front_writes_down_no_queries_and_no_secrets(front: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    status(f"{front}/agenda?search=query-of-mine")
    status(f"{front}/invitations/{'s' * 43}")
    log = next(tmp_path_factory.getbasetemp().glob("nginx*/dialogue.log")).read_text()
    assert "/agenda 200" in log
    assert "query-of-mine" not in log
    assert "ssss" not in log
