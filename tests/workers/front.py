"""nginx with TLS before two workers of its own, as people reach a large installation.

A test file that imports the three fixtures has this cluster in the place of the one without nginx.
"""

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
import trustme

from tests.guardian import Server
from tests.nginx import NoNginxError, find_nginx
from tests.servers import Postgres, free_port, wait_until
from tests.workers.conftest import Cluster
from tests.world import World

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx"


def configured(folder: Path, name: str, **changes: str) -> Path:
    """Copy our configuration to a folder of its own, inside a minimal nginx.conf; the site's differences last."""
    for file in CONFIGURATION.iterdir():
        text = file.read_text().replace("/etc/nginx/dialogue", str(folder)).replace("/var/log/nginx", str(folder))
        for old, new in changes.items() if file.name == name else ():
            text, found = re.subn(old, new, text)
            assert found, f"{name} has no {old}"
        (folder / file.name).write_text(text)
    main = folder / "nginx.conf"
    places = "".join(f"{what}_temp_path {folder}/{what};" for what in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main.write_text(f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
                    f"events {{ worker_connections 500; }} http {{ {places} include {folder}/{name}; }}")
    return main


class Front:
    """The site: `url` with TLS, `plain` without, what is logged in `folder`, and the workers behind."""

    def __init__(self, nginx: str, folder: Path, database_url: str) -> None:
        port, plain = free_port(), free_port()
        self.folder, self.url, self.plain = folder, f"https://localhost:{port}", f"http://localhost:{plain}"
        self.cluster = Cluster(folder, database_url, DIALOGUE_URL=self.url, DIALOGUE_PROXIES="1")
        one, two = (worker.port for worker in self.cluster.workers)
        # Each request goes to the next worker; from one machine `ip_hash` would send them all to one.
        main = configured(folder, "site.conf", **{
            "8001": str(one), "8002": str(two), "ip_hash;": "", "listen 80;": f"listen {plain};",
            "listen 443": f"listen {port}", "dialogue.example": "localhost",
            "/etc/ssl/dialogue/.*.pem": self._certificate()})
        self._server = Server([nginx, "-c", str(main), "-e", str(folder / "error.log")], log=folder / "log")
        wait_until(lambda: self.status("/healthz") == 200, self._server, "nginx")

    def _certificate(self) -> str:
        """Make the site's certificate and the trust in who issued it; its file, with the key."""
        authority = trustme.CA()
        self.trust = ssl.create_default_context()
        authority.configure_trust(self.trust)
        file = self.folder / "site.pem"
        authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
        return str(file)

    def status(self, path: str, body: bytes | None = None) -> int:
        """Return the status of the answer, or 0 without one."""
        try:
            with urlopen(Request(self.url + path, body), timeout=5, context=self.trust) as answer:
                return int(answer.status)
        except HTTPError as refusal:
            with refusal:
                return refusal.code
        except URLError:
            return 0

    def stop(self) -> None:
        """End everything."""
        self._server.stop()
        self.cluster.stop()


@pytest.fixture(scope="session")
def nginx() -> str:
    """The program; where there is none the test is skipped, with the reason."""
    try:
        return find_nginx()
    except NoNginxError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def front(nginx: str, postgres: Postgres, blank_postgres: str,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The site, for all tests of a file."""
    started = Front(nginx, tmp_path_factory.mktemp("nginx"), postgres.new_database(like=blank_postgres))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def cluster(front: Front) -> Cluster:
    """The workers behind it, whose world `world` is."""
    return front.cluster


@pytest.fixture(scope="session")
def _worlds() -> list[World]:
    return []
