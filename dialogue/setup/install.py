"""Makes the virtual environment: `python3 dialogue/setup/install.py VENV REQUIREMENTS`.

Runs before anything is installed and under whatever `python3` the machine has, so it uses the
standard library alone and the syntax of old Pythons.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ["python3.14", "python3.13", "python3.12", "python3.11"]


def main(venv: str, requirements: str) -> None:
    """Install `requirements` into `venv`, unless exactly they are there already."""
    if sys.version_info < OLDEST:
        _run_with_newer_python()
    stamp = os.path.join(venv, ".installed-" + os.path.basename(requirements))
    wanted = _fingerprint(requirements)
    if _works(venv) and _read(stamp) == wanted:
        return
    print(f"Installing what {requirements} names into {venv} …", flush=True)
    if not _works(venv):
        _make(venv)
    _install(venv, requirements)
    with open(stamp, "w") as file:
        file.write(wanted)


def _run_with_newer_python() -> None:
    for name in NEWER:
        python = shutil.which(name)
        # Asked first: a version manager's stand-in is on PATH even when its Python is not.
        if python and subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(python, [python, "-I", *sys.argv])
    sys.exit(f"Dialogue needs Python 3.11 or newer; this is {platform.python_version()}.")


def _python(venv: str) -> str:
    return os.path.join(venv, "bin", "python")


def _works(venv: str) -> bool:
    """Say whether the environment can be used: a Python that was removed leaves a dead link."""
    python = _python(venv)
    if not os.path.exists(python):
        return False
    return subprocess.call([python, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0


def _make(venv: str) -> None:
    if subprocess.call([sys.executable, "-m", "venv", "--clear", venv]) != 0:
        sys.exit("Python could not make an environment: install its venv module (Debian: python3-venv).")


def _install(venv: str, requirements: str) -> None:
    # uv is quicker, but knows nothing of indexes that only pip's own settings name.
    uv = shutil.which("uv")
    if uv:
        quick = [uv, "pip", "install", "--quiet", "--python", _python(venv), "-r", requirements]
        if subprocess.call(quick, stderr=subprocess.DEVNULL) == 0:
            return
    pip = [_python(venv), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.call([*pip, "-r", requirements]) != 0:
        sys.exit("The packages could not be installed: see pip's message above.")


def _fingerprint(requirements: str) -> str:
    """Return a digest of the requirements, of those they include, and of the Python in use."""
    digest = hashlib.sha256(sys.version.encode())
    folder = os.path.dirname(requirements)
    for line in _read(requirements).splitlines():
        digest.update(line.encode() + b"\n")
        if line.startswith("-r "):
            digest.update(_fingerprint(os.path.join(folder, line[3:].strip())).encode())
    return digest.hexdigest()


def _read(path: str) -> str:
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
