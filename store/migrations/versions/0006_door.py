"""What was done about users, what they prefer, and how an identity provider speaks for them.

Sessions end with it: everybody signs in again. Users who were there are said to have been found.

Revision ID: 0006
Revises: 0005
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GENESIS = "0" * 64


def upgrade() -> None:
    known = op.get_bind().execute(sa.text("SELECT * FROM users ORDER BY user_id")).mappings().all()
    op.drop_table("users")
    op.drop_table("sessions")
    users = _users()
    _sessions()
    op.add_column("sign_ins", sa.Column("device", TEXT, nullable=True))
    administration = _administration()
    _preferences()
    _round_trips()
    _take_over(users, administration, [dict(row) for row in known])
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")


def _users() -> sa.Table:
    return op.create_table(
        "users",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("administers", sa.Boolean(), nullable=False),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("password_at", INSTANT, nullable=False),
        sa.Column("identity", TEXT, nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("identity", name="uq_users_identity"),
        sqlite_with_rowid=False,
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("csrf", TEXT, nullable=False),
        sa.Column("device", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("proved_at", INSTANT, nullable=True),
        sa.Column("proved_for", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _administration() -> sa.Table:
    table = op.create_table(
        "administration",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("by_method", TEXT, nullable=False),
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("stands", TEXT, nullable=False),
        sa.Column("prev_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_administration"),
    )
    op.create_index("ix_administration_user_id", "administration", ["user_id"])
    return table


def _preferences() -> None:
    op.create_table(
        "preferences",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=True),
        sa.Column("theme", TEXT, nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_preferences"),
        sqlite_with_rowid=False,
    )


def _round_trips() -> None:
    op.create_table(
        "round_trips",
        sa.Column("state_hash", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("browser", TEXT, nullable=False),
        sa.Column("session", TEXT, nullable=True),
        sa.Column("nonce", TEXT, nullable=False),
        sa.Column("verifier", TEXT, nullable=False),
        sa.Column("back", TEXT, nullable=False),
        sa.Column("typed", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name="pk_round_trips"),
        sqlite_with_rowid=False,
    )


def _take_over(users: sa.Table, administration: sa.Table, known: list[dict[str, Any]]) -> None:
    now, previous = datetime.now(UTC), GENESIS
    for number, row in enumerate(known, start=1):
        user = row | {
            "demo": bool(row["demo"]),
            "administers": False,
            "one_time": False,
            "password_at": row["opened_at"],
            "identity": None,
        }
        entry = _found(number, user, now, previous)
        previous = entry["hash"]
        op.get_bind().execute(users.insert().values(user))
        op.get_bind().execute(administration.insert().values(entry))


def _found(number: int, user: dict[str, Any], now: datetime, previous: str) -> dict[str, Any]:
    stands = {
        "role": user["role"],
        "administers": False,
        "password": hashlib.sha256(user["password_hash"].encode()).hexdigest(),
        "one_time": False,
        "identity": "",
        "demo": user["demo"],
        "closed": user["closed_at"] is not None,
    }
    content = {
        "number": number,
        "at": now.isoformat(timespec="microseconds"),
        "by_id": "day-zero",
        "by_method": "migration",
        "user_id": user["user_id"],
        "act": "found",
        "reason": "from before administration was kept",
        "stands": _canonical(stands),
    }
    hashed = hashlib.sha256(f"{previous}\n{_canonical(content)}".encode()).hexdigest()
    at = content["at"] if op.get_bind().dialect.name == "sqlite" else now
    return content | {"at": at, "prev_hash": previous, "hash": hashed}


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER administration_no_change BEFORE UPDATE OR DELETE ON administration "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER administration_no_truncate BEFORE TRUNCATE ON administration "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _guard_on_sqlite() -> None:
    refusal = "administration is append-only: a record is corrected by another record, never changed"
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER administration_no_{act} BEFORE {act} ON administration "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    op.execute(
        "CREATE TRIGGER administration_no_replace BEFORE INSERT ON administration "
        "WHEN EXISTS (SELECT 1 FROM administration WHERE number = NEW.number) "
        f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )
