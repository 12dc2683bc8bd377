"""Everything that pending items are counted by in their index, so that no row is read to count it.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING = sa.text("outcome = 'pending' AND applicable")
COLUMNS = ["study", "opens", "closes", "target", "basis", "outcome", "applicable"]


def upgrade() -> None:
    op.drop_index("ix_items_waiting", "items")
    op.create_index("ix_items_waiting", "items", COLUMNS, sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
