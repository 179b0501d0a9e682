"""Tables of oversight.programme."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0752_programme'
down_revision = '20261125_0751_statistics'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', 'CREATE UNIQUE INDEX uq_target_standing ON target (indicator, scope, due_on) WHERE live IS 1'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_target_standing ON target (indicator, scope, due_on) WHERE live IS true'),
)


def upgrade() -> None:
    op.create_table('measure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('section', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('text_zh', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('reading_zh', sa.String(length=300), nullable=False),
    sa.Column('reading_en', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('comparator', sa.String(length=40), nullable=False),
    sa.Column('threshold', sa.String(length=40), nullable=False),
    sa.Column('high', sa.String(length=40), nullable=False),
    sa.Column('baseline', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_text', sa.String(length=40), nullable=False),
    sa.Column('indicator_code', sa.String(length=40), nullable=False),
    sa.Column('seeded', sa.Boolean(), nullable=False),
    sa.Column('last_status', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("comparator IN ('', '>=', '<=', '~', '..', 'up', 'count')", name=op.f('ck_measure_comparator')),
    sa.CheckConstraint("kind IN ('target', 'milestone', 'limit', 'standing')", name=op.f('ck_measure_kind')),
    sa.CheckConstraint("last_status IN ('', 'done', 'on_track', 'uncertain', 'unlikely', 'overdue', 'done_late', 'no_deadline', 'no_data')", name=op.f('ck_measure_last_status')),
    sa.CheckConstraint("period IN ('once', 'yearly', 'district', 'district_yearly')", name=op.f('ck_measure_period')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure')),
    sa.UniqueConstraint('code', name=op.f('uq_measure_code')),
    sa.UniqueConstraint('public_id', name=op.f('uq_measure_public_id'))
    )
    op.create_index(op.f('ix_measure_due_on'), 'measure', ['due_on'], unique=False)
    op.create_index(op.f('ix_measure_indicator_code'), 'measure', ['indicator_code'], unique=False)
    op.create_index(op.f('ix_measure_section'), 'measure', ['section'], unique=False)
    op.create_table('department',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('name_zh', sa.String(length=100), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_department_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department')),
    sa.UniqueConstraint('code', name=op.f('uq_department_code'))
    )
    op.create_index(op.f('ix_department_organisation_id'), 'department', ['organisation_id'], unique=False)
    op.create_table('measure_update',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('measure_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('district', sa.String(length=40), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('attachment_id', sa.String(length=16), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("done OR value <> ''", name=op.f('ck_measure_update_says_something')),
    sa.CheckConstraint("state IN ('recorded', 'approved', 'withdrawn')", name=op.f('ck_measure_update_state')),
    sa.CheckConstraint('approved_by IS NULL OR approved_by <> recorded_by', name=op.f('ck_measure_update_two_people')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_measure_update_measure_id_measure')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_measure_update_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_update')),
    sa.UniqueConstraint('number', name=op.f('uq_measure_update_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_measure_update_public_id'))
    )
    op.create_index('ix_measure_update_measure', 'measure_update', ['measure_id', 'state', 'happened_on'], unique=False)
    op.create_index(op.f('ix_measure_update_organisation_id'), 'measure_update', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_measure_update_state'), 'measure_update', ['state'], unique=False)
    op.create_table('target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('definition_version', sa.Integer(), nullable=False),
    sa.Column('definition_sha256', sa.String(length=64), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('baseline', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('measure_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decree', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('standing', 'retired')", name=op.f('ck_target_state')),
    sa.CheckConstraint('due_on > begins_on', name=op.f('ck_target_period')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_target_measure_id_measure')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_target_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target')),
    sa.UniqueConstraint('number', name=op.f('uq_target_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_target_public_id'))
    )
    op.create_index(op.f('ix_target_indicator'), 'target', ['indicator'], unique=False)
    op.create_index(op.f('ix_target_measure_id'), 'target', ['measure_id'], unique=False)
    op.create_index(op.f('ix_target_organisation_id'), 'target', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_target_state'), 'target', ['state'], unique=False)
    op.create_table('measure_department',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('measure_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('department_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.CheckConstraint("role IN ('lead', 'responsible', 'support')", name=op.f('ck_measure_department_role')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_measure_department_department_id_department')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_measure_department_measure_id_measure')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_department')),
    sa.UniqueConstraint('measure_id', 'department_id', name=op.f('uq_measure_department_measure_id_department_id'))
    )
    op.create_index(op.f('ix_measure_department_department_id'), 'measure_department', ['department_id'], unique=False)
    op.create_table('target_reading',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('converted', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('chance_permille', sa.Integer(), nullable=True),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('done', 'on_track', 'uncertain', 'unlikely', 'overdue', 'done_late', 'no_deadline', 'no_data')", name=op.f('ck_target_reading_status')),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_target_reading_target_id_target')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target_reading')),
    sa.UniqueConstraint('target_id', 'day', name=op.f('uq_target_reading_target_id_day'))
    )
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
    op.drop_table('target_reading')
    op.drop_table('measure_department')
    op.drop_table('target')
    op.drop_table('measure_update')
    op.drop_table('department')
    op.drop_table('measure')
