"""The transport under the door leans on the inside of libraries: on exactly these."""

from dialogue.live.transport import engine
from tests.app_server import ROOT


def test_the_libraries_are_those_the_transport_was_written_against() -> None:
    assert engine.is_proven()
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    assert engine.PROVEN.items() <= pinned.items()
