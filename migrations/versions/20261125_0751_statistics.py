"""Tables of oversight.statistics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0751_statistics'
down_revision = '20261125_0750_conversions'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (

)


def upgrade() -> None:
    op.create_table('stat_snapshot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('definition', sa.String(length=40), nullable=False),
    sa.Column('definition_sha256', sa.String(length=64), nullable=False),
    sa.Column('floor', sa.String(length=40), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('converted', sa.Integer(), nullable=False),
    sa.Column('list_sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("floor IN ('A', 'B', 'C', 'D')", name=op.f('ck_stat_snapshot_floor')),
    sa.CheckConstraint("state IN ('drafted', 'proposed', 'published', 'rejected', 'superseded', 'retracted')", name=op.f('ck_stat_snapshot_state')),
    sa.CheckConstraint('published_by IS NULL OR published_by <> proposed_by', name=op.f('ck_stat_snapshot_two_people')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_stat_snapshot_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stat_snapshot')),
    sa.UniqueConstraint('number', name=op.f('uq_stat_snapshot_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_stat_snapshot_public_id'))
    )
    op.create_index(op.f('ix_stat_snapshot_definition'), 'stat_snapshot', ['definition'], unique=False)
    op.create_index(op.f('ix_stat_snapshot_organisation_id'), 'stat_snapshot', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_stat_snapshot_state'), 'stat_snapshot', ['state'], unique=False)
    op.create_table('stat_fact',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('floor', sa.String(length=1), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_public_id', sa.String(length=16), nullable=False),
    sa.Column('enters', sa.Date(), nullable=False),
    sa.Column('leaves', sa.Date(), nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('holder_kind', sa.String(length=30), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('section', sa.String(length=1), nullable=False),
    sa.Column('district', sa.String(length=40), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('leaves > enters', name=op.f('ck_stat_fact_interval')),
    sa.ForeignKeyConstraint(['holder_id'], ['organisation.id'], name=op.f('fk_stat_fact_holder_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_stat_fact_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stat_fact'))
    )
    op.create_index('ix_stat_fact_as_of', 'stat_fact', ['series', 'floor', 'enters', 'leaves'], unique=False)
    op.create_index('ix_stat_fact_patent', 'stat_fact', ['patent_id', 'superseded_at'], unique=False)
    op.create_index(op.f('ix_stat_fact_recorded_at'), 'stat_fact', ['recorded_at'], unique=False)
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
    op.drop_table('stat_fact')
    op.drop_table('stat_snapshot')
