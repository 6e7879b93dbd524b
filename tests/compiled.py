"""Keep between tests what is costly to compile and never differs: templates, address builders, SQL statements.

Each test still makes an application, an engine and a database of its own, so that nothing it changes outlives it. Of
the tenth of a second that an application took, nine tenths were Werkzeug compiling the builders of its 225 addresses.
"""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, event
from werkzeug.routing import Rule

# Templates stay for the next run too: Jinja looks whether they are still right.
TEMPLATES = Path(__file__).resolve().parent.parent / ".cache" / "templates"
SERVED = {"faults", "workers", "backup", "rehearsal"}  # Folders of tests with whole servers or installations.
Builder = Callable[..., tuple[str, str]]
_builders: dict[tuple[Any, ...], Builder] = {}
_dialects: dict[str, Dialect] = {}
_statements: dict[Any, Any] = {}


class CompiledRule(Rule):
    """A rule that takes its builder from an equal rule of an earlier application."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        # All that the builder is compiled from; it is handed its rule, and so its converters, when it is called.
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in _builders:
            _builders[key] = super()._compile_builder(append_unknown)
        return _builders[key]


def share_templates(instance: Path) -> None:
    """Spare an installation the two seconds of compiling its templates before it first listens."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    folder = instance / f"templates-{version('jinja2')}"
    if instance.is_dir() and not folder.exists():
        folder.symlink_to(TEMPLATES)


def share_statements(engine: Engine) -> None:
    """Let the engine use the statements that earlier engines compiled for the same database and driver.

    SQLAlchemy keeps a statement under its dialect, so the engines share that too.
    """
    engine.dialect = _dialects.setdefault(f"{engine.dialect.name}+{engine.driver}", engine.dialect)
    engine.update_execution_options(compiled_cache=_statements)


def leave_the_disk_alone(engine: Engine) -> None:
    """Let SQLite not wait for the disk at each commit: no test in this process outlives a power cut.

    That a served process waits is tested in tests/test_ground.py; tests/faults crashes served processes.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
