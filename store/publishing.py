"""Keeps published protocols and sites, and small operational notes.

The rule that keeps it honest: a document is kept under the hash of its own bytes and is never changed, so a
participant pinned to a hash is pinned to exactly those rules.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.chain import NotCanonical, canonical
from store.content import exact_name
from store.errors import DocumentChanged, NotStorable
from store.rows import DocumentRow
from store.schema import documents, notes


def publish(connection: Connection, row: DocumentRow, body: dict[str, Any]) -> None:
    """Keep a document; the same body again changes nothing.

    Raises:
        DocumentChanged: another body was published under this id and version.
        NotStorable: the row's hash is not that of the body, or the body has no canonical form.
    """
    text = _checked(row, body)
    known = connection.execute(
        select(documents.c.hash).where(
            documents.c.kind == row.kind, documents.c.id == row.id, documents.c.version == row.version
        )
    ).scalar()
    if known == row.hash:
        return
    if known is not None:
        raise DocumentChanged(
            f"{row.kind} {row.id} version {row.version} was published with the hash {known[:12]}, this one "
            f"has {row.hash[:12]}: a published version never changes; give the new one another version"
        )
    values = {name: getattr(row, name) for name in ("kind", "id", "version", "hash", "published_at")}
    connection.execute(insert(documents), {**values, "body": text})


def put_note(connection: Connection, key: str, value: str) -> None:
    """Keep a note, replacing the one before."""
    insert_into = (
        postgresql.insert(notes) if connection.dialect.name == "postgresql" else sqlite.insert(notes)
    )
    kept = insert_into.on_conflict_do_update(
        index_elements=["key"], set_={"value": insert_into.excluded.value}
    )
    connection.execute(kept, {"key": exact_name(key, "note"), "value": value})


def _checked(row: DocumentRow, body: dict[str, Any]) -> str:
    where = f"{row.kind} {row.id} version {row.version}"
    try:
        form = canonical(body)
    except NotCanonical as error:
        raise NotStorable(f"{where}: {error}") from None
    if sha256(form).hexdigest() != row.hash:
        raise NotStorable(f"{where}: the hash {row.hash[:12]} is not that of the body given")
    return form.decode()
