"""Builds the browser's scripts: `static/src` and its libraries become `static/vendor/app.js`."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from dialogue.setup.node import ROOT, npm_environment

SOURCES = ROOT / "static" / "src"
BUNDLE = ROOT / "static" / "vendor" / "app.js"
BUILT_FROM = BUNDLE.with_name(".built-from")
MODULES = ROOT / "node_modules"
INSTALLED_FROM = MODULES / ".installed-from"
LOCK = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]


class NotBuiltError(Exception):
    """Why there is no bundle, in one sentence."""


def build() -> None:
    """Bundle the scripts unless nothing has changed since the last time.

    Raises `NotBuiltError` when npm, the network or a script is at fault. That is no reason to stop
    serving: every page works without its script.
    """
    inputs = _fingerprint([*LOCK, *SOURCES.rglob("*.js")])
    if BUNDLE.exists() and _read(BUILT_FROM) == inputs:
        return
    try:
        _bundle()
    except (OSError, subprocess.CalledProcessError) as problem:
        raise NotBuiltError(_sentence(problem)) from problem
    BUILT_FROM.write_text(inputs)


def _bundle() -> None:
    environment = npm_environment()
    lock = _fingerprint(LOCK)
    if _read(INSTALLED_FROM) != lock:
        _npm(["ci"], environment)
        INSTALLED_FROM.write_text(lock)
    _npm(["run", "build"], environment)


def _npm(arguments: list[str], environment: dict[str, str]) -> None:
    command = ["npm", "--loglevel=error", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)


def _sentence(problem: OSError | subprocess.CalledProcessError) -> str:
    said = getattr(problem, "stderr", None) or getattr(problem, "stdout", None) or str(problem)
    lines = [line.strip() for line in str(said).splitlines() if line.strip()]
    reason = lines[0] if lines else "no reason was given"
    return f"The scripts could not be built, so pages come without live updates: {reason}"


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
