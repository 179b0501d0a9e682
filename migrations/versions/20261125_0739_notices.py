"""Tables of people.notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0739_notices'
down_revision = '20261125_0738_accounts'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (

)


def upgrade() -> None:
    op.create_table('inbox_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event', sa.String(length=81), nullable=False),
    sa.Column('urgency', sa.String(length=40), nullable=False),
    sa.Column('noun', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("urgency IN ('must_act', 'deadline', 'for_information')", name=op.f('ck_inbox_item_urgency')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_inbox_item_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_inbox_item_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_item')),
    sa.UniqueConstraint('public_id', name=op.f('uq_inbox_item_public_id'))
    )
    op.create_index(op.f('ix_inbox_item_created_at'), 'inbox_item', ['created_at'], unique=False)
    op.create_index('ix_inbox_item_unread', 'inbox_item', ['person_id', 'organisation_id', 'read_at'], unique=False)
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
    op.drop_table('inbox_item')
