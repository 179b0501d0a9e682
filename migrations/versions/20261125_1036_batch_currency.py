"""The currency beside the value of a row of a batch."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_1036_batch_currency"
down_revision = "20261125_0951_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.text("ALTER TABLE appraisal_batch_row ADD COLUMN value_currency VARCHAR(3)"))
    op.execute(sa.text("UPDATE appraisal_batch_row SET value_currency = 'CNY' WHERE value_minor IS NOT NULL"))


def downgrade() -> None:
    op.execute(sa.text("ALTER TABLE appraisal_batch_row DROP COLUMN value_currency"))
