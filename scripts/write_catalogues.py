"""Take the sentences of the console's pages into every catalogue, where new ones wait to be translated."""

from __future__ import annotations

from console.web.catalogues import keep, taken_in
from console.words import Language


def main() -> None:
    """Write every catalogue anew."""
    for language in (each for each in Language if each is not Language.EN):
        new = taken_in(language)
        keep(language, new)
        untold = [str(each.id) for each in new if each.id and not (each.string and all(each.string))]
        print(f"{language}: {len(new)} sentences, {len(untold)} untranslated {untold or ''}")


if __name__ == "__main__":
    main()
