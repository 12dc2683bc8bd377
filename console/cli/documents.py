"""Finding, checking and showing protocol and site documents.

The rule that keeps it honest: a document is named by its file, or by its code in the configured folder; what
is wrong with it is said with file, line and field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.printing import print_json, print_line
from protocols.problems import Located
from protocols.reading import library
from settings import Settings, read_settings


def found_protocol(name: str, settings: Settings) -> Path:
    """The protocol document meant by a file, an id (its newest version) or id:version.

    Raises:
        Stopped: there is none.
    """
    return _found(name, settings.protocols_dir, "protocol")


def found_site(name: str, settings: Settings) -> Path:
    """The site document meant by a file, a code (its newest version) or code:version.

    Raises:
        Stopped: there is none.
    """
    return _found(name, settings.sites_dir, "site")


def check_documents(
    local: Local,
    names: Iterable[str],
    find: Callable[[str, Settings], Path],
    problems_in: Callable[[Path], list[Located]],
) -> None:
    """Say every problem of every document named.

    Raises:
        Stopped: there are problems.
    """
    settings = read_settings()
    checked = {find(name, settings): problems_in(find(name, settings)) for name in names}
    problems = [problem for found in checked.values() for problem in found]
    if local.as_json:
        print_json([problem.as_data() for problem in problems])
    for path, found in checked.items():
        if not local.as_json:
            _say(path, found)
    if problems:
        raise Stopped(Exit.REFUSED, f"refused [document-invalid]: {len(problems)} problems")


def _say(path: Path, problems: list[Located]) -> None:
    if not problems:
        print_line(f"{path}: in order")
    for problem in problems:
        print_line(str(problem))


def _found(name: str, folder: Path, what: str) -> Path:
    if name.endswith((".yaml", ".yml")) or "/" in name:
        path = Path(name)
        if not path.is_file():
            raise Stopped(Exit.USAGE, f"there is no file {name}")
        return path
    id_, _, version = name.partition(":")
    # An amendment is meant only where its version is named: nobody begins under one by chance.
    amended = library(folder / "amendments") if version else {}
    known = {**amended, **library(folder)}
    versions = {each: path for (code, each), path in known.items() if code == id_}
    if not versions or (version and version not in versions):
        listed = ", ".join(f"{code}:{each}" for code, each in sorted(known)) or "none"
        raise Stopped(Exit.USAGE, f"there is no {what} {name} in {folder}; there are {listed}")
    return versions[version] if version else versions[_newest(versions)]


def _newest(versions: Mapping[str, Path]) -> str:
    def parts(version: str) -> list[tuple[int, str]]:
        return [
            (int(each), "") if each.isdigit() else (0, each) for each in version.replace("-", ".").split(".")
        ]

    return max(versions, key=parts)
