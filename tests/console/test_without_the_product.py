"""An archive and its seal are checked by standard tools alone, as docs/how-to/prove.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import ROOT
from tests.console.terminal import Terminal

PAGE = ROOT / "docs" / "how-to" / "prove.md"
TOOLS = ("bash", "openssl", "xxd", "base64", "sha256sum")


@pytest.fixture
def sealed(own_dayzero: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A folder with an archive and its seal, and the public key."""
    key = tmp_path / "seal.key"
    public = str(own_dayzero("seal", "key", str(key), "--json").data["public"])
    monkeypatch.setenv("DAYZERO_SEAL_KEY", key.read_text(encoding="utf-8").strip())
    folder = tmp_path / "export"
    assert own_dayzero("export", "jsonl", "--to", str(folder)).code == 0
    [archive] = folder.glob("*.jsonl")
    archive.rename(folder / "FILE.jsonl")
    (folder / f"{archive.name}.seal").rename(folder / "FILE.jsonl.seal")
    return folder, public


def by_hand(folder: Path, public: str) -> int:
    """Run the page's block in the folder."""
    block = re.search(
        r"test_without_the_product\.py -->\n```sh\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    assert block is not None
    environment = {"PATH": os.environ["PATH"], "PUBLIC": public}
    done = subprocess.run(
        ["bash", "-c", block[1]], cwd=folder, env=environment, capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.skipif(any(shutil.which(each) is None for each in TOOLS), reason="needs openssl and xxd")
def test_a_seal_is_checked_by_openssl(sealed: tuple[Path, str]) -> None:
    """The page's commands end with 0 for the archive that was sealed; not for another key, another archive or
    another seal.
    """
    folder, public = sealed
    assert by_hand(folder, public) == 0
    assert by_hand(folder, "A" * 43 + "=") != 0
    archive, seal = folder / "FILE.jsonl", folder / "FILE.jsonl.seal"
    whole, said = archive.read_bytes(), seal.read_text(encoding="utf-8")
    archive.write_bytes(whole.replace(b'"written_at":"20', b'"written_at":"21', 1))
    assert by_hand(folder, public) != 0
    archive.write_bytes(whole)
    seal.write_text(said.replace("Z ", "Y ", 1), encoding="utf-8")
    assert by_hand(folder, public) != 0
