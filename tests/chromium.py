"""Finds a real Chromium, or gets one: `python -m tests.chromium` prints where it is.

The ladder: `$CHROMIUM`, the machine's, Playwright's, Debian's (as root), npm's. No rung is passed
over in silence: without a browser the journeys fail and say so.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from dialogue.setup.node import ROOT, npm_environment

PACKAGE = "@sparticuz/chromium@153.0.0"
HOME = ROOT / ".tools" / "chromium"
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
UNPACK = """
import { brotliDecompressSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";
const [from, to] = process.argv.slice(-2);
writeFileSync(to, brotliDecompressSync(readFileSync(from)), { mode: 0o755 });
"""


class NoChromiumError(Exception):
    """There is no browser and none could be had."""


def find_chromium() -> str:
    """Return the path of a Chromium that runs here, installing one if need be."""
    for rung in LADDER:
        path = rung()
        if path and runs(path):
            return path
    raise NoChromiumError(
        "There is no Chromium for the browser tests: install one, set CHROMIUM to its path,"
        " or leave these tests out with `make test ARGS=--no-browser`."
    )


def runs(path: str) -> bool:
    """Say whether the program starts and names its version. Some distributions have mere stand-ins."""
    question, env = [path, "--version"], environment(path)
    try:
        answer = subprocess.run(question, capture_output=True, text=True, env=env, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "hrom" in answer.stdout


def environment(path: str) -> dict[str, str]:
    """Return the environment to start it in: npm's Chromium brings libraries a bare machine lacks."""
    libraries = Path(path).parent / "lib"
    if not libraries.is_dir():
        return dict(os.environ)
    known = os.environ.get("LD_LIBRARY_PATH")
    return {**os.environ, "LD_LIBRARY_PATH": f"{libraries}:{known}" if known else str(libraries)}


def _named() -> str | None:
    path = os.environ.get("CHROMIUM")
    if path and not runs(path):
        raise NoChromiumError(f"CHROMIUM is set to {path}, which does not run as a Chromium.")
    return path


def _installed() -> str | None:
    found = (path for name in NAMES if (path := shutil.which(name)) and runs(path))
    return next(found, None)


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        _try([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if Path(path).exists() else None


def _of_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _try(["apt-get", "update", "-qq"], env=quietly)
    _try(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium"], env=quietly)
    return _installed()


def _of_npm() -> str | None:
    chromium = HOME / "chromium"
    if not chromium.exists():
        try:
            _unpack_npm(chromium)
        except (OSError, subprocess.CalledProcessError):
            shutil.rmtree(HOME, ignore_errors=True)
    return str(chromium) if chromium.exists() else None


def _unpack_npm(chromium: Path) -> None:
    env = npm_environment()
    HOME.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", str(HOME)]
    subprocess.run([*install, PACKAGE], env=env, check=True)
    parts = HOME / "node_modules" / "@sparticuz" / "chromium" / "bin"
    unpack = ["node", "--input-type=module", "--eval", UNPACK, "--"]
    for archive in ("al2023", "swiftshader"):
        tar = HOME / f"{archive}.tar"
        subprocess.run([*unpack, str(parts / f"{archive}.tar.br"), str(tar)], env=env, check=True)
        subprocess.run(["tar", "-xf", str(tar), "-C", str(HOME)], check=True)
        tar.unlink()
    # Last, so that the program is there only when all it needs is.
    subprocess.run([*unpack, str(parts / "chromium.br"), str(chromium)], env=env, check=True)


def _try(command: list[str], env: dict[str, str] | None = None) -> None:
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)


LADDER: list[Callable[[], str | None]] = [_named, _installed, _of_playwright, _of_debian, _of_npm]


if __name__ == "__main__":
    try:
        print(find_chromium())  # noqa: T201
    except NoChromiumError as reason:
        sys.exit(str(reason))
