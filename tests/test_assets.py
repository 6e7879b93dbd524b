"""Building the browser's scripts, seen from outside: `python -m dialogue assets`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = ("package.json", "package-lock.json", ".npmrc")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one script, the builder and the libraries, which `make test` has installed."""
    for name in (*LOCK, "dialogue/__main__.py", "dialogue/setup/assets.py", "dialogue/setup/node.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "dialogue/__init__.py").touch()
    (tmp_path / "static/src").mkdir(parents=True)
    (tmp_path / "static/src/app.js").write_text("document.title = `first`;\n")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def build(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command there."""
    command = [sys.executable, "-m", "dialogue", "assets", *options]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True)


def test_scripts_are_bundled_and_rebuilt_only_when_they_change(checkout: Path):
    bundle = checkout / "static/vendor/app.js"
    assert build(checkout, "--strict").returncode == 0
    assert "first" in bundle.read_text()
    built_at = bundle.stat().st_mtime_ns
    assert build(checkout, "--strict").returncode == 0
    assert bundle.stat().st_mtime_ns == built_at
    (checkout / "static/src/app.js").write_text("document.title = `second`;\n")
    assert build(checkout, "--strict").returncode == 0
    assert "second" in bundle.read_text()


def test_a_broken_script_is_told_in_one_sentence_and_stops_only_the_tests(checkout: Path):
    (checkout / "static/src/app.js").write_text("document.title = ;\n")
    relaxed, strict = build(checkout), build(checkout, "--strict")
    assert (relaxed.returncode, strict.returncode) == (0, 1)
    assert relaxed.stderr.startswith("The scripts could not be built, so pages come without live updates: ")
    assert "Unexpected" in relaxed.stderr
    assert relaxed.stderr.count("\n") == 1


def test_a_repaired_script_is_built_at_the_next_start(checkout: Path):
    (checkout / "static/src/app.js").write_text("document.title = ;\n")
    build(checkout)
    (checkout / "static/src/app.js").write_text("document.title = `repaired`;\n")
    assert build(checkout, "--strict").returncode == 0
    assert "repaired" in (checkout / "static/vendor/app.js").read_text()
