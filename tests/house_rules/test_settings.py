"""The settings: read once, said clearly, documented whole."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from scripts.write_reference import pages
from settings import ROOT, Settings, SettingsInvalid, read_settings
from tests.house_rules.tree import named, texts

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture(autouse=True)
def bare_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's own, neither from the environment nor from a .env file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DAYZERO_{name.upper()}", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")


def test_every_generated_page_is_current() -> None:
    """A reference page made from the code says what the code says now; `make docs` mends it."""
    stale = [
        str(path.relative_to(ROOT)) for path, text in pages() if path.read_text(encoding="utf-8") != text
    ]
    assert stale == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    """Each setting has a description and stands in the reference."""
    assert Settings.model_fields[name].description
    reference = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert f"`DAYZERO_{name.upper()}`" in reference


def test_every_variable_that_is_spoken_of_is_a_setting() -> None:
    """A DAYZERO_ variable named anywhere, in code, docs or deployment, is one that is read.

    DAYZERO_TEST_ is for tests, which read it themselves.
    """
    known = {f"DAYZERO_{name.upper()}" for name in Settings.model_fields}
    spoken_of = {
        (named(path), name)
        for path, text in texts()
        for name in re.findall(r"\bDAYZERO_[A-Z0-9_]*[A-Z0-9]\b(?!_)", text)
    }
    assert spoken_of
    unknown = {each for each in spoken_of if each[1] not in known and not each[1].startswith("DAYZERO_TEST_")}
    assert sorted(unknown) == []


def test_nothing_is_needed_to_start() -> None:
    """Without any setting the store is an SQLite file in the data folder and Temporal is embedded."""
    settings = read_settings()
    assert settings.store_url == f"sqlite:///{settings.home}/dayzero.sqlite3"
    assert settings.temporal_address is None
    assert settings.encryption_keys() == {}


def test_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A .env file is read; a variable of the environment overrides it."""
    (tmp_path / ".env").write_text("DAYZERO_TASK_QUEUE=from-file\nDAYZERO_BUILD_ID=from-file\n")
    monkeypatch.setenv("DAYZERO_BUILD_ID", "from-environment")
    settings = read_settings()
    assert (settings.task_queue, settings.build_id) == ("from-file", "from-environment")


def test_first_payload_key_is_the_active_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys keep their order, so that rotating means putting the new one first."""
    monkeypatch.setenv("DAYZERO_PAYLOAD_KEYS", f"new:{OTHER_KEY}, old:{KEY}")
    keys = read_settings().encryption_keys()
    assert list(keys) == ["new", "old"]
    assert keys["old"] == bytes(range(32))


def test_channels_of_the_environment_win_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Channels come from a file and from the environment; the environment has the last word."""
    stored = tmp_path / "channels.json"
    stored.write_text('{"mail": "mailtos://file", "chat": "slack://file"}')
    monkeypatch.setenv("DAYZERO_CHANNELS_FILE", str(stored))
    monkeypatch.setenv("DAYZERO_CHANNELS", '{"mail": "mailtos://environment"}')
    said = {name: url.get_secret_value() for name, url in read_settings().all_channels().items()}
    assert said == {"mail": "mailtos://environment", "chat": "slack://file"}


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("LOG_LEVEL", "loud", "DAYZERO_LOG_LEVEL: Input should be 'debug'"),
        ("METRICS_PORT", "70000", "DAYZERO_METRICS_PORT: Input should be less than or equal to 65535"),
        ("WATCHDOG_EVERY", "0", "DAYZERO_WATCHDOG_EVERY"),
        ("TEMPORAL_TLS_CERT", "client.pem", "DAYZERO_TEMPORAL_TLS_KEY go together"),
        ("CHANNELS", '{"mail": swordfish', "DAYZERO_CHANNELS: breaks off at character 10"),
        ("CHANNELS", '{"mail": 5}', "DAYZERO_CHANNELS: Input should be a valid string"),
        ("PAYLOAD_KEYS", "swordfish", "entry 1 is not `id:base64`"),
        ("PAYLOAD_KEYS", "a:swordfish!", "key 'a' is not base64"),
        ("PAYLOAD_KEYS", "a:" + base64.b64encode(b"swordfish").decode(), "has 9 bytes; AES-256 needs 32"),
        ("PAYLOAD_KEYS", f"a:{KEY},a:{OTHER_KEY}", "two keys are named 'a'"),
    ],
)
def test_bad_setting_is_named_and_its_value_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    """A wrong setting is refused at start with its name and what would be right, never with a secret."""
    monkeypatch.setenv(f"DAYZERO_{name}", value)
    with pytest.raises(SettingsInvalid) as refused:
        read_settings()
    assert complaint in str(refused.value)
    assert "swordfish" not in str(refused.value)


@pytest.mark.parametrize("content", [None, "[]", '{"mail": 5}', "{"])
def test_unreadable_channels_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    """A channels file that is missing or of another shape is refused by its path."""
    stored = tmp_path / "channels.json"
    if content is not None:
        stored.write_text(content)
    monkeypatch.setenv("DAYZERO_CHANNELS_FILE", str(stored))
    with pytest.raises(SettingsInvalid, match=r"channels\.json"):
        read_settings().all_channels()
