"""Writing exports and saying what was written."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line
from console.cli.sealing import SUFFIX, seal_archive
from console.cli.shapes import Exported
from console.cli.show_endpoints import computed
from console.exports.bundle import Bundle
from console.exports.endpoints import endpoint_files
from console.exports.tables import tables
from console.exports.taken import stem
from console.reading import StudyLook
from settings import read_settings
from store import verify_archive
from store.archive import write_archive


def export_archive(said: Looking, to: Path) -> None:
    """The whole record of the study, with the script that verifies it."""
    with looking(said) as look, _writable(to):
        bundle = Bundle(to)
        bundle.add(
            f"{stem(look)}.jsonl", lambda out: write_archive(look.reading, out, look.now, study=look.study)
        )
        line = seal_archive(read_settings(), to / f"{stem(look)}.jsonl")
        if line is not None:
            bundle.add_text(f"{stem(look)}.jsonl{SUFFIX}", f"{line}\n")
        script = Path(verify_archive.__file__)
        bundle.add_text(script.name, script.read_text(encoding="utf-8"))
        _tell(said, look, bundle)


def export_tables(said: Looking, to: Path) -> None:
    """How things stand, as four tables."""
    with looking(said) as look, _writable(to):
        bundle = Bundle(to)
        for name, text in tables(look):
            bundle.add_text(f"{stem(look)}-{name}", text)
        _tell(said, look, bundle)


def export_endpoints(said: Looking, to: Path, *, counts_only: bool) -> None:
    """The endpoints as known at a moment, with everybody behind them."""
    with looking(said) as look, _writable(to):
        report = computed(look, None, counts_only=counts_only)
        bundle = Bundle(to)
        for name, text in endpoint_files(report):
            bundle.add_text(f"{stem(look)}-{name}", text)
        _tell(said, look, bundle)


@contextmanager
def _writable(to: Path) -> Generator[None]:
    """Say in one line that the folder cannot be written into."""
    try:
        yield
    except OSError as error:
        raise Stopped(Exit.USAGE, f"--to {to}: {error.strerror or error}") from error


def _tell(said: Looking, look: StudyLook, bundle: Bundle) -> None:
    folder = bundle.finish()
    if said.as_json:
        print_json(Exported(look.study, look.now, str(folder), bundle.files))
        return
    for name, digest in bundle.files.items():
        print_line(f"{folder / name}  sha256 {digest}")
    print_line(f"check them with: cd {folder} && sha256sum --check SHA256SUMS", style="dim")
