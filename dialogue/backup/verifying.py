"""Whether a loaded database is what the backup says and what the house promises."""

from dialogue.backup.archive import Archive
from dialogue.backup.loading import Target
from dialogue.backup.refusal import Damaged
from dialogue.backup.rows import quoted

# (stream, seq) is dense: as many entries as the last one's number, which is the stream's.
NOT_DENSE = """
    SELECT stream.id FROM stream
    LEFT JOIN (SELECT stream_id, count(*) AS number, max(seq) AS last FROM entry GROUP BY stream_id) AS said
    ON said.stream_id = stream.id
    WHERE stream.seq <> coalesce(said.number, 0) OR stream.seq <> coalesce(said.last, 0)
"""


def verify(archive: Archive, target: Target) -> None:
    """Count the rows and look at the streams' numbers. Raises Damaged."""
    for name, part in archive.manifest.tables.items():
        ((number,),) = target.select(f"SELECT count(*) FROM {quoted(name)}")  # noqa: S608 - names of our own tables.
        if number != part.rows:
            raise Damaged(f"{archive.path} should bring {part.rows} rows of {name} and brought {number}. "
                          "Nothing was changed.")
    if gaps := target.first_column(NOT_DENSE):
        raise Damaged(f"The record in {archive.path} has gaps in {len(gaps)} streams. Nothing was changed.")
