"""Finds an nginx with TLS, or gets one: `python -m tests.nginx` prints where it is.

The ladder: `$NGINX`, the machine's, Debian's package (as root). The package is unpacked and not installed, because
installing it would start a server on port 80. Without an nginx its tests are skipped and say so.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from dialogue.setup.node import ROOT

HOME = ROOT / ".tools" / "nginx"
PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))  # People's PATH has no sbin.
PACKAGES = ("nginx", "nginx-core", "nginx-light")  # Which of them holds the program depends on the release.


class NoNginxError(Exception):
    """There is no nginx and none could be had."""


def find_nginx() -> str:
    """Return the path of an nginx that runs here, getting one if need be."""
    for rung in LADDER:
        path = rung()
        if path and runs(path):
            return path
    raise NoNginxError("There is no nginx with TLS for these tests: install one, or set NGINX to its path.")


def runs(path: str) -> bool:
    """Say whether the program starts and speaks TLS."""
    try:
        answer = subprocess.run([path, "-V"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "http_ssl_module" in answer.stderr


def _named() -> str | None:
    path = os.environ.get("NGINX")
    if path and not runs(path):
        raise NoNginxError(f"NGINX is set to {path}, which does not run as an nginx with TLS.")
    return path


def _installed() -> str | None:
    return shutil.which("nginx", path=PLACES)


def _of_debian() -> str | None:
    program = HOME / "usr" / "sbin" / "nginx"
    if os.geteuid() == 0 and shutil.which("apt-get") and not program.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        _try(["apt-get", "update", "-qq"])
        for package in PACKAGES:
            _try(["apt-get", "download", "-qq", package])
        for file in sorted(HOME.glob("*.deb")):
            _try(["dpkg-deb", "--extract", str(file), str(HOME)])
            file.unlink()
    return str(program) if program.exists() else None


def _try(command: list[str]) -> None:
    subprocess.run(command, cwd=HOME, stdin=subprocess.DEVNULL, capture_output=True)


LADDER: list[Callable[[], str | None]] = [_named, _installed, _of_debian]


if __name__ == "__main__":
    try:
        print(find_nginx())  # noqa: T201
    except NoNginxError as reason:
        sys.exit(str(reason))
