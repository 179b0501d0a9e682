"""Tables of papers about an issued report: the bilingual edition and the sheet of a review."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0942_appraisal_papers'
down_revision = '20261125_0752_programme'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_appraisal_paper_no_update BEFORE UPDATE ON appraisal_paper BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_paper'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_paper_no_update BEFORE UPDATE ON appraisal_paper FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_appraisal_paper_no_delete BEFORE DELETE ON appraisal_paper BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_paper'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_paper_no_delete BEFORE DELETE ON appraisal_paper FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE UNIQUE INDEX uq_appraisal_paper_bilingual ON appraisal_paper (appraisal_id) WHERE kind = 'bilingual'"),
    ('postgresql', "CREATE UNIQUE INDEX uq_appraisal_paper_bilingual ON appraisal_paper (appraisal_id) WHERE kind = 'bilingual'"),
    ('sqlite', 'CREATE UNIQUE INDEX uq_appraisal_paper_review ON appraisal_paper (review_id) WHERE review_id IS NOT NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_appraisal_paper_review ON appraisal_paper (review_id) WHERE review_id IS NOT NULL'),
)


def upgrade() -> None:
    op.create_table('appraisal_paper',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('of_sha256', sa.String(length=64), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('sealed_document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'review_sheet') = (review_id IS NOT NULL)", name=op.f('ck_appraisal_paper_review')),
    sa.CheckConstraint("kind IN ('bilingual', 'review_sheet')", name=op.f('ck_appraisal_paper_kind')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_paper_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_paper_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['review_id'], ['appraisal_review.id'], name=op.f('fk_appraisal_paper_review_id_appraisal_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_paper')),
    sa.UniqueConstraint('content_sha256', name=op.f('uq_appraisal_paper_content_sha256')),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_paper_public_id'))
    )
    op.create_index(op.f('ix_appraisal_paper_appraisal_id'), 'appraisal_paper', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_appraisal_paper_organisation_id'), 'appraisal_paper', ['organisation_id'], unique=False)
    dialect = op.get_bind().dialect.name
    if FUNCTION and dialect == "postgresql":
        op.execute(sa.text(FUNCTION))
    for database, statement in TRIGGERS:
        if database == dialect:
            op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    for database, statement in TRIGGERS:
        if database == op.get_bind().dialect.name and statement.startswith("CREATE VIRTUAL TABLE"):
            op.execute(sa.text("DROP TABLE " + statement.split()[3]))
        if database == op.get_bind().dialect.name and statement.startswith("ALTER TABLE"):
            op.drop_constraint(statement.split()[5], statement.split()[2])
    op.drop_table('appraisal_paper')
