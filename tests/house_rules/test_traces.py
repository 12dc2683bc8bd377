"""The repository carries nothing of the machine it was written on, and no secret."""

from __future__ import annotations

import re

import pytest

from tests.house_rules.tree import named, texts

# A letter in brackets here and there, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w.<{$])/(?:[r]oot|[w]ork|[h]ome/[a-z]\w*|[U]sers/[A-Za-z]\w*|[t]mp/\w)[/\w]"
)
REGISTRY_HOSTS = re.compile(
    r"files\.[p]ythonhosted\.org|--(?:extra-)?[i]ndex-url[ =]|[p]ypi\.org/simple|[r]egistry\.npmjs"
)
SECRETS = re.compile(
    r"-----BEGIN (?:RSA |EC |OPENSSH )?[P]RIVATE KEY|[A]KIA[0-9A-Z]{16}|[g]h[pousr]_[A-Za-z0-9]{36}"
)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        pytest.param("a path of a machine", MACHINE_PATHS, id="machine-paths"),
        pytest.param("a package registry's host", REGISTRY_HOSTS, id="registry-hosts"),
        pytest.param("a secret", SECRETS, id="secrets"),
    ],
)
def test_no_tracked_file_carries(what: str, pattern: re.Pattern[str]) -> None:
    """No file names a path of somebody's machine, a registry's host, or holds a key."""
    found = [
        f"{named(path)}:{text.count(chr(10), 0, hit.start()) + 1}: {what}: {hit.group()!r}"
        for path, text in texts()
        for hit in pattern.finditer(text)
    ]
    assert found == []
