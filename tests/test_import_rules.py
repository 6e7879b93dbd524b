"""The contracts in `.importlinter` bite: a small house with one wrong import each is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOUNS = ["demo", "pages", "rehearsal", "backup", "exports", "notices", "agenda", "outcomes", "votes", "proposals"]
NOUNS += ["halls", "rooms", "live", "accounts", "core", "server", "setup"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package with the rooms of ours and nothing in them."""
    package = tmp_path / "dialogue"
    for noun in NOUNS:
        (package / noun).mkdir(parents=True)
        (package / noun / "__init__.py").touch()
        for name in ("web", "actions", "queries", "models", "arithmetic"):
            (package / noun / f"{name}.py").touch()
    (package / "rooms/contributions").mkdir()
    for name in ("__init__", "web", "actions", "models"):
        (package / f"rooms/contributions/{name}.py").touch()
    (package / "__init__.py").touch()
    (package / "settings.py").touch()
    return tmp_path


def verdict(house: Path) -> subprocess.CompletedProcess[str]:
    """Check the import rules in that house."""
    program = Path(sys.executable).parent / "lint-imports"
    command = [program, "--no-logo", "--no-cache", "--config", ROOT / ".importlinter"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True)


def test_a_package_that_keeps_the_import_rules_is_accepted(house: Path):
    (house / "dialogue/votes/web.py").write_text("import flask\nimport dialogue.votes.actions\n")
    (house / "dialogue/votes/actions.py").write_text("import dialogue.votes.models\n")
    (house / "dialogue/votes/models.py").write_text("import dialogue.votes.arithmetic, dialogue.core.models")
    (house / "dialogue/rooms/web.py").write_text("import dialogue.live\n")
    assert verdict(house).returncode == 0, verdict(house).stdout


@pytest.mark.parametrize(
    ("module", "imports"),
    [
        ("rooms/actions", "dialogue.votes.models"),
        ("core/models", "dialogue.accounts.models"),
        ("live/web", "dialogue.rooms.queries"),
        ("outcomes/actions", "dialogue.agenda.actions"),
        ("pages/web", "dialogue.demo.actions"),
        ("settings", "dialogue.core.models"),
        ("votes/actions", "dialogue.votes.web"),
        ("votes/models", "dialogue.votes.actions"),
        ("votes/models", "dialogue.votes.queries"),
        ("votes/actions", "flask"),
        ("votes/models", "flask_socketio"),
        ("votes/queries", "dialogue.live.web"),
        ("rooms/contributions/models", "dialogue.rooms.contributions.actions"),
        ("rooms/contributions/actions", "flask"),
        ("rooms/contributions/actions", "dialogue.votes.models"),
    ],
)
def test_an_import_against_the_rules_is_refused(house: Path, module: str, imports: str):
    (house / f"dialogue/{module}.py").write_text(f"import {imports}\n")
    answer = verdict(house)
    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout


def test_a_pure_module_must_not_know_the_models_that_use_it(house: Path):
    (house / "dialogue/votes/models.py").write_text("import dialogue.votes.arithmetic\n")
    (house / "dialogue/votes/arithmetic.py").write_text("import dialogue.votes.models\n")
    assert "No circles inside a noun, so pure modules never know models BROKEN" in verdict(house).stdout
