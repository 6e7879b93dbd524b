"""What a restore refuses; then everything is as it was."""

import json
import random
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dialogue.backup import restoring
from dialogue.backup.refusal import Damaged, Refused
from dialogue.core import db, instance_lock
from tests.app_server import ROOT, AppServer
from tests.backup.conftest import Place


@pytest.fixture
def backup(lived_in: Place, tmp_path: Path) -> Path:
    """A backup of the lived-in place."""
    lived_in.back_up(tmp_path / "backup")
    return tmp_path / "backup"


def refused(place: Place, file: Path, keys: Path | None = None) -> str:
    """Why the restore is refused; the place stays as it is, with nothing left beside it."""
    before = place.rows()
    with pytest.raises(Refused) as refusal:
        place.restore(file, keys)
    assert place.rows() == before
    assert list(place.settings.instance.glob("*.restoring*")) == []
    return str(refusal.value)


def rewritten(file: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The backup with one of its parts changed and its zip in order."""
    other = file.with_name("rewritten")
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(other, "w") as changed:
        for part in parts.namelist():
            content = parts.read(part)
            changed.writestr(part, change(content) if part == name else content)
    return other


def with_manifest(file: Path, **changes: Any) -> Path:
    """The backup with another manifest."""
    return rewritten(file, "manifest.json", lambda told: json.dumps(json.loads(told) | changes).encode())


@pytest.mark.parametrize("content", [b"", b"x", b"SQLite format 3\x00" + b"\x00" * 500, b"PK\x05\x06" + b"\x00" * 18])
def test_a_file_that_is_no_backup_is_refused(lived_in: Place, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert "not a backup of Dialogue" in refused(lived_in, tmp_path / "file")


def test_a_zip_of_something_else_is_refused(lived_in: Place, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as parts:
        parts.writestr("manifest.json", "[1]")
    assert "not a backup of Dialogue" in refused(lived_in, tmp_path / "file")


def test_a_truncated_backup_is_refused(lived_in: Place, backup: Path) -> None:
    whole = backup.read_bytes()
    for length in (1, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        backup.write_bytes(whole[:length])
        assert "damaged or incomplete" in refused(lived_in, backup)


def test_a_flipped_byte_is_found_or_changes_nothing(lived_in: Place, backup: Path, request: Any) -> None:
    whole, before = backup.read_bytes(), lived_in.rows()
    chance = random.Random(request.config.getoption("--seed") or 20)
    found = 0
    for place in chance.sample(range(len(whole)), 40):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(spoilt)
        try:
            restoring.check(backup)
        except Damaged:
            found += 1
        else:  # Such as the time at which a part was written: it is in the zip's list and means nothing.
            lived_in.restore(backup)
            assert lived_in.rows() == before, place
    assert found > 20


def test_a_flipped_byte_in_a_table_is_refused(lived_in: Place, backup: Path) -> None:
    spoilt = bytearray(backup.read_bytes())
    with zipfile.ZipFile(backup) as parts:
        entries = parts.getinfo("tables/entry")
        spoilt[entries.header_offset + 60 + entries.compress_size // 2] ^= 4
    backup.write_bytes(spoilt)
    assert "damaged" in refused(lived_in, backup)


def test_a_changed_row_is_refused(lived_in: Place, backup: Path) -> None:
    spoilt = rewritten(backup, "tables/contribution", lambda rows: rows.replace(b"Well", b"Ill!"))
    assert "damaged" in refused(lived_in, spoilt)


def test_a_newer_format_is_refused(lived_in: Place, backup: Path) -> None:
    assert "version 2 of the format" in refused(lived_in, with_manifest(backup, version=2))


def test_another_revision_is_refused(lived_in: Place, backup: Path) -> None:
    assert "database revision 9999" in refused(lived_in, with_manifest(backup, revision="9999"))


def test_documents_cannot_leave_their_folder(lived_in: Place, backup: Path) -> None:
    told = {"../keys/x": {"rows": 0, "sha256": "", "columns": []}}
    assert "names that are none" in refused(lived_in, with_manifest(backup, exports=told))


def spoilt_and_signed(lived_in: Place, tmp_path: Path, *statements: str) -> Path:
    """A backup of a database that was spoilt; the database is put back in order afterwards."""
    good, spoilt = tmp_path / "good", tmp_path / "spoilt"
    lived_in.back_up(good)
    with closing(db.engine().raw_connection()) as connection:
        for statement in ("PRAGMA foreign_keys=OFF", *statements) if db.is_sqlite() else statements:
            connection.cursor().execute(statement)
        connection.commit()
    lived_in.back_up(spoilt)
    lived_in.restore(good)
    return spoilt


def test_a_record_with_a_gap_is_refused(lived_in: Place, tmp_path: Path) -> None:
    spoilt = spoilt_and_signed(lived_in, tmp_path, "DELETE FROM entry WHERE seq = 2")
    assert "has gaps" in refused(lived_in, spoilt)


def test_a_record_without_its_end_is_refused(lived_in: Place, tmp_path: Path) -> None:
    spoilt = spoilt_and_signed(lived_in, tmp_path, "UPDATE stream SET seq = seq + 1 WHERE id = 'house'")
    assert "has gaps" in refused(lived_in, spoilt)


def test_rows_that_refer_to_missing_rows_are_refused(lived_in: Place, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL cannot be brought to hold such rows")
    spoilt = spoilt_and_signed(lived_in, tmp_path, "DELETE FROM voice")
    assert "refer to rows that are missing" in refused(lived_in, spoilt)


def test_keys_of_another_file_are_refused(lived_in: Place, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_text('{"format": "dialogue-ballot-keys", "keys": {"a": "00"}, "sha256": "0"}')
    assert "no keys of ballots" in refused(lived_in, backup, tmp_path / "other")


def test_an_installation_in_use_is_not_restored_into(lived_in: Place, backup: Path) -> None:
    with instance_lock.held(lived_in.settings.database_url, alone=False):
        assert "in use" in refused(lived_in, backup)
    lived_in.restore(backup)


def test_no_backup_is_taken_while_a_restore_is_under_way(lived_in: Place, tmp_path: Path) -> None:
    with (instance_lock.held(lived_in.settings.database_url, alone=True),
          pytest.raises(Refused, match="under way")):
        lived_in.back_up(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_two_backups_to_one_file_do_not_mix(lived_in: Place, tmp_path: Path) -> None:
    from dialogue.backup.files import whole

    with whole(tmp_path / "backup") as file:
        file.write(b"first")
        with pytest.raises(Refused, match="Another process"):
            lived_in.back_up(tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == b"first"


def test_a_backup_of_nothing_is_refused(elsewhere: Callable[..., Place], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no installation here"):
        elsewhere().back_up(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_an_unreadable_database_is_set_aside(lived_in: Place, backup: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("a file of SQLite's")
    before = lived_in.rows()
    db.engine().dispose()
    file = Path(db.engine().url.database or "")
    file.write_bytes(b"spoilt" * 1000)
    lived_in.restore(backup)
    assert lived_in.rows() == before
    assert file.with_name(f"{file.name}.unreadable").read_bytes() == b"spoilt" * 1000


def flask(server: AppServer, *arguments: str, most: int | None = None) -> tuple[int, str]:
    """One of our commands on the server's installation, whose files may not grow beyond `most` bytes."""
    def bound() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *arguments], cwd=ROOT, env=server.env,
                          capture_output=True, text=True, preexec_fn=bound)
    return done.returncode, done.stdout + done.stderr


def test_a_served_installation_is_backed_up_but_not_restored_into(
        serve: Callable[..., AppServer], tmp_path: Path) -> None:
    server, file = serve(), str(tmp_path / "backup")
    assert flask(server, "backup", file)[0] == 0
    code, said = flask(server, "restore", file)
    assert (code, "Stop it first" in said) == (1, True), said
    assert server._answers()
    server.stop()
    code, said = flask(server, "restore", file)
    assert (code, "Restored:" in said) == (0, True), said
    server.start()


def test_a_server_does_not_start_while_a_restore_is_under_way(tmp_path: Path) -> None:
    server = AppServer(tmp_path)
    with instance_lock.held(f"sqlite:///{tmp_path / 'dialogue.sqlite'}", alone=True):
        done = subprocess.run(server.command(), cwd=ROOT, env=server.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "A backup is being restored" in done.stderr


def test_a_full_disk_spoils_neither_backup_nor_installation(lived_in: Place, backup: Path, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL has a disk of its own")
    before, earlier = lived_in.rows(), backup.read_bytes()
    db.engine().dispose()
    server = AppServer(lived_in.settings.instance)
    for most, command in ((len(earlier) * 2 // 3, "backup"), (100_000, "restore")):
        code, said = flask(server, command, str(backup), most=most)
        assert (code, "Traceback" in said) == (1, False), said
    assert backup.read_bytes() == earlier
    assert list(tmp_path.glob("*.partial")) + list(tmp_path.glob("*.restoring*")) == []
    assert lived_in.rows() == before
    shutil.copy(backup, tmp_path / "copy")
    lived_in.restore(tmp_path / "copy")
