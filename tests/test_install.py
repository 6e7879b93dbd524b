"""Making the virtual environment, seen from outside: `python3 dialogue/setup/install.py`."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialogue.setup import install

SCRIPT = Path(install.__file__)


def run(folder: Path, *, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Install what `requirements.txt` of that folder names into its `venv`."""
    command = [sys.executable, "-I", str(SCRIPT), "venv", "requirements.txt"]
    env = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def test_an_environment_is_made_once_and_again_when_requirements_change(tmp_path: Path):
    (tmp_path / "requirements.txt").write_text("# nothing yet\n")
    first, second = run(tmp_path), run(tmp_path)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "Installing" in first.stdout
    assert second.stdout == ""
    (tmp_path / "requirements.txt").write_text("# still nothing\n")
    assert "Installing" in run(tmp_path).stdout


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path):
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    run(tmp_path)
    (tmp_path / "venv/bin/python").unlink()
    (tmp_path / "venv/bin/python").symlink_to("/nowhere/python3")
    assert "Installing" in run(tmp_path).stdout
    subprocess.run([tmp_path / "venv/bin/python", "-c", "import pip"], check=True)


def test_packages_that_cannot_be_had_are_told_and_tried_again(tmp_path: Path):
    (tmp_path / "requirements.txt").write_text("./no-such-package\n")
    assert "The packages could not be installed" in run(tmp_path, path=os.defpath).stderr
    assert run(tmp_path, path=os.defpath).returncode == 1


def test_included_requirements_count_as_well(tmp_path: Path):
    (tmp_path / "dev.txt").write_text("-r base.txt\n")
    (tmp_path / "base.txt").write_text("# one\n")
    before = install._fingerprint(str(tmp_path / "dev.txt"))
    (tmp_path / "base.txt").write_text("# two\n")
    assert install._fingerprint(str(tmp_path / "dev.txt")) != before


def test_too_old_a_python_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(install, "OLDEST", (99,))
    monkeypatch.setattr(install, "NEWER", ["no-such-python"])
    with pytest.raises(SystemExit, match=r"^Dialogue needs Python 3\.11 or newer; this is 3\.\d+\.\d+\.$"):
        install.main(str(tmp_path / "venv"), "requirements.txt")


def test_the_installer_can_be_read_by_old_pythons():
    # Words of newer Pythons would give a syntax error instead of the sentence above.
    source = SCRIPT.read_text()
    ast.parse(source, feature_version=(3, 7))
    assert not any(word in source for word in (" | None", "list[", "dict[", "tuple["))
