"""A list made whole before it is handed over: one file, or all forms with their hashes in one archive.

The rule that keeps it honest: nothing is handed over before it is whole, so what breaks half way is an error
and never a short file; `SHA256SUMS` names the files as `sha256sum --check` reads them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from console.exports.bundle import SUMS
from console.exports.listing import Form, Listing, moments_of
from console.reading import StudyLook
from store import Wanted, verify_archive
from store.archive import write_archive

MANIFEST = "manifest.json"
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_FORMS = (Form.CSV, Form.JSONL)
_NARROWING = ("subject", "kind", "actor", "since", "before", "text", "refused")
Spool = SpooledTemporaryFile[bytes]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made: its file name, its bytes from the start on, how many, and their SHA-256."""

    name: str
    file: Spool
    size: int
    digest: bytes


@dataclass(slots=True)
class _Sum:
    """What went through: how many bytes, and their hash."""

    out: IO[bytes]
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, piece: bytes) -> int:
        """As a file takes it."""
        self.digest.update(piece)
        self.size += len(piece)
        return self.out.write(piece)


def one_file(look: StudyLook, listing: Listing, wanted: Wanted, form: Form) -> Taken:
    """The list in one form."""
    spool = Spool(max_size=_IN_MEMORY_BYTES)
    for piece in listing.written(look, wanted, form):
        spool.write(piece)
    return _taken(f"{stem(look)}-{listing.name}.{form}", spool)


def with_hashes(look: StudyLook, listing: Listing, wanted: Wanted) -> Taken:
    """The list as CSV and as JSON Lines, with a manifest and the sums of all, in one ZIP archive."""
    spool = Spool(max_size=_IN_MEMORY_BYTES)
    sums: dict[str, _Sum] = {}
    with ZipFile(spool, "w", ZIP_DEFLATED) as archive:
        for form in _FORMS:
            name = f"{stem(look)}-{listing.name}.{form}"
            sums[name] = _add(archive, look, name, listing.written(look, wanted, form))
        sums[MANIFEST] = _add(archive, look, MANIFEST, [_manifest(look, listing, wanted, sums)])
        _add_sums(archive, look, sums)
    return _taken(f"{stem(look)}-{listing.name}.zip", spool)


def whole_record(look: StudyLook) -> Taken:
    """The whole record of the study with its hash chains, and the script that verifies it, in one archive.

    Raises:
        replay.paper.NotOnPaper: the look is of the past; a chain is whole or none.
    """
    spool = Spool(max_size=_IN_MEMORY_BYTES)
    script = Path(verify_archive.__file__)
    sums: dict[str, _Sum] = {}
    with ZipFile(spool, "w", ZIP_DEFLATED) as archive:
        name = f"{stem(look)}.{Form.JSONL}"
        with _entry(archive, look, name) as out:
            sums[name] = _Sum(out)
            written: Any = sums[name]
            write_archive(look.reading, written, look.now, study=look.study)
        sums[script.name] = _add(archive, look, script.name, [script.read_bytes()])
        _add_sums(archive, look, sums)
    return _taken(f"{stem(look)}-record.zip", spool)


def stem(look: StudyLook) -> str:
    """How the name of a file made at this look begins: study, whether it is simulated, and when (UTC)."""
    marked = "-SIMULATED" if any(row.simulated for row in look.reading.participants(look.study)) else ""
    moments = [("as-of-" if look.as_of else "", look.known_by or look.now)]
    moments += [("true-at-", look.now)] if look.true_at else []
    return "-".join([f"{look.study}{marked}", *(f"{word}{at:%Y%m%dT%H%M%SZ}" for word, at in moments)])


def _entry(archive: ZipFile, look: StudyLook, name: str) -> IO[bytes]:
    entry = ZipInfo(name, look.now.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return archive.open(entry, "w", force_zip64=True)


def _add(archive: ZipFile, look: StudyLook, name: str, pieces: Iterable[bytes]) -> _Sum:
    with _entry(archive, look, name) as out:
        summed = _Sum(out)
        for piece in pieces:
            summed.write(piece)
    return summed


def _add_sums(archive: ZipFile, look: StudyLook, sums: dict[str, _Sum]) -> None:
    lines = "".join(f"{each.digest.hexdigest()}  {name}\n" for name, each in sums.items())
    _add(archive, look, SUMS, [lines.encode()])


def _manifest(look: StudyLook, listing: Listing, wanted: Wanted, sums: dict[str, _Sum]) -> bytes:
    narrowed = {name: getattr(wanted, name) for name in _NARROWING}
    about = {
        "study": look.study,
        "list": listing.name,
        **moments_of(look),
        "narrowed_to": {name: value for name, value in narrowed.items() if value is not None},
        "files": {
            name: {"bytes": each.size, "sha256": each.digest.hexdigest()} for name, each in sums.items()
        },
    }
    return orjson.dumps(about, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2) + b"\n"


def _taken(name: str, spool: Spool) -> Taken:
    size = spool.seek(0, 2)
    spool.seek(0)
    digest = hashlib.file_digest(spool, "sha256").digest()
    spool.seek(0)
    return Taken(name, spool, size, digest)
