"""Tables of oversight.conversions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0750_conversions'
down_revision = '20261125_0749_financing'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (

)


def upgrade() -> None:
    op.create_table('conversion_evidence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('route', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.Column('amount_currency', sa.String(length=3), nullable=True),
    sa.Column('counterparty', sa.String(length=200), nullable=False),
    sa.Column('counterparty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('group_internal', sa.Boolean(), nullable=False),
    sa.Column('territory', sa.String(length=100), nullable=False),
    sa.Column('product', sa.String(length=200), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('grade', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('source_noun', sa.String(length=40), nullable=False),
    sa.Column('source_id', sa.String(length=16), nullable=False),
    sa.Column('submitted_by', sa.Integer(), nullable=True),
    sa.Column('submitted_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('reviewed_by', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason_code', sa.String(length=30), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_conversion_evidence_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name=op.f('ck_conversion_evidence_grade')),
    sa.CheckConstraint("route IN ('industrialised', 'implemented', 'transferred', 'licensed', 'cooperation', 'capital', 'other')", name=op.f('ck_conversion_evidence_route')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'accepted', 'rejected', 'challenged', 'withdrawn', 'superseded')", name=op.f('ck_conversion_evidence_state')),
    sa.CheckConstraint('reviewed_by IS NULL OR reviewed_by <> submitted_by', name=op.f('ck_conversion_evidence_two_people')),
    sa.CheckConstraint('superseded_at IS NULL OR superseded_at > recorded_at', name=op.f('ck_conversion_evidence_known')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_conversion_evidence_period')),
    sa.ForeignKeyConstraint(['counterparty_id'], ['organisation.id'], name=op.f('fk_conversion_evidence_counterparty_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_conversion_evidence_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_conversion_evidence_patent_id_patent')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['conversion_evidence.id'], name=op.f('fk_conversion_evidence_supersedes_id_conversion_evidence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversion_evidence')),
    sa.UniqueConstraint('number', name=op.f('uq_conversion_evidence_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_conversion_evidence_public_id'))
    )
    op.create_index('ix_conversion_evidence_counting', 'conversion_evidence', ['patent_id', 'state', 'route'], unique=False)
    op.create_index(op.f('ix_conversion_evidence_organisation_id'), 'conversion_evidence', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_conversion_evidence_recorded_at'), 'conversion_evidence', ['recorded_at'], unique=False)
    op.create_index(op.f('ix_conversion_evidence_state'), 'conversion_evidence', ['state'], unique=False)
    op.create_table('evidence_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['conversion_evidence.id'], name=op.f('fk_evidence_check_evidence_id_conversion_evidence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_check'))
    )
    op.create_index(op.f('ix_evidence_check_evidence_id'), 'evidence_check', ['evidence_id'], unique=False)
    op.create_table('evidence_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('reference', sa.String(length=100), nullable=False),
    sa.Column('attachment_id', sa.String(length=16), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('register_record', 'contract', 'invoice', 'audit_report', 'product_page', 'customs_record', 'test_certificate', 'declaration')", name=op.f('ck_evidence_file_kind')),
    sa.ForeignKeyConstraint(['evidence_id'], ['conversion_evidence.id'], name=op.f('fk_evidence_file_evidence_id_conversion_evidence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_file'))
    )
    op.create_index(op.f('ix_evidence_file_evidence_id'), 'evidence_file', ['evidence_id'], unique=False)
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
    op.drop_table('evidence_file')
    op.drop_table('evidence_check')
    op.drop_table('conversion_evidence')
