"""Opening a store: what an address may be, and how durable what is behind it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Store, open_store


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not a database URL"),
        ("var/dayzero.db", "not a database URL"),
        ("mysql://localhost/x", "not a database the store runs on"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_an_address_that_cannot_be_is_refused(url: str, said: str) -> None:
    """What is no address of a lasting database is refused with what one looks like."""
    with pytest.raises(ValueError, match=f"(?s){said}.*sqlite:///"):
        open_store(url)


def test_the_password_is_not_told() -> None:
    """INV-16: the address that a store tells hides its password."""
    store = open_store("postgresql://dayzero:secret@127.0.0.1:5432/dayzero")
    assert "secret" not in store.url
    assert (store.dialect, store.url.startswith("postgresql://dayzero:")) == ("postgresql", True)
    store.close()


def test_a_sqlite_store_is_durable_on_every_connection(tmp_path: Path) -> None:
    """Every connection has the write-ahead log and full synchronisation, the pair that lost nothing."""
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    store.migrate()
    with store.reading(), store.reading(), store.reading() as third:
        pragmas = {
            name: third.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "recursive_triggers": 1,
    }
    store.close()


def test_weak_sqlite_settings_are_reported(sqlite_url: str) -> None:
    """`check` names each setting under which an acknowledged command could be lost."""
    store = open_store(sqlite_url)
    store.migrate()
    weak = ("synchronous = NORMAL", "foreign_keys = OFF", "recursive_triggers = OFF")
    with store._database.engine.connect() as connection:
        for pragma in weak:
            connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
    said = store.check()
    assert [word for word in ("synchronous", "foreign_keys", "recursive_triggers") if word in str(said)] == [
        "synchronous",
        "foreign_keys",
        "recursive_triggers",
    ]
    store.close()


def test_weak_postgresql_settings_are_reported(migrated_database: str) -> None:
    """`check` names a session that would acknowledge before the commit is on disk."""
    store = open_store(f"{migrated_database}?options=-c%20synchronous_commit%3Doff")
    with store.reading() as reading:
        setting = reading.connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
    assert setting == "off"
    assert ["synchronous_commit" in said for said in store.check()] == [True]
    store.close()


def test_a_store_is_shared_by_threads_and_reopened(store: Store, store_url: str) -> None:
    """What one store wrote another one reads, before and after closing."""
    with store.writing() as tx:
        tx.put_note("a", "b")
    other = open_store(store_url)
    with other.reading() as reading:
        assert reading.note("a") == "b"
    other.close()
    with other.reading() as reading:
        assert reading.note("a") == "b"
    other.close()
