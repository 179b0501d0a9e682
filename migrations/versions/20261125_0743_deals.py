"""Tables of market.deals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0743_deals'
down_revision = '20261125_0742_appraisals'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_deal_terms_no_update BEFORE UPDATE ON deal_terms BEGIN SELECT RAISE(ABORT, 'append_only: deal_terms'); END"),
    ('postgresql', 'CREATE TRIGGER tr_deal_terms_no_update BEFORE UPDATE ON deal_terms FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_deal_terms_no_delete BEFORE DELETE ON deal_terms BEGIN SELECT RAISE(ABORT, 'append_only: deal_terms'); END"),
    ('postgresql', 'CREATE TRIGGER tr_deal_terms_no_delete BEFORE DELETE ON deal_terms FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_gate_check_no_update BEFORE UPDATE ON gate_check BEGIN SELECT RAISE(ABORT, 'append_only: gate_check'); END"),
    ('postgresql', 'CREATE TRIGGER tr_gate_check_no_update BEFORE UPDATE ON gate_check FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_gate_check_no_delete BEFORE DELETE ON gate_check BEGIN SELECT RAISE(ABORT, 'append_only: gate_check'); END"),
    ('postgresql', 'CREATE TRIGGER tr_gate_check_no_delete BEFORE DELETE ON gate_check FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
)


def upgrade() -> None:
    op.create_table('gate_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noun', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=16), nullable=False),
    sa.Column('point', sa.String(length=40), nullable=False),
    sa.Column('gate', sa.String(length=4), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('facts_sha256', sa.String(length=64), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_check'))
    )
    op.create_index('ix_gate_check_thing', 'gate_check', ['noun', 'object_id'], unique=False)
    op.create_table('deal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('resumes_to', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('buyer_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('price_currency', sa.String(length=3), nullable=False),
    sa.Column('price_form', sa.String(length=40), nullable=False),
    sa.Column('listing_reference', sa.String(length=16), nullable=False),
    sa.Column('offer_reference', sa.String(length=16), nullable=False),
    sa.Column('awarded', sa.Boolean(), nullable=False),
    sa.Column('terms_n', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("mode IN ('transfer', 'exclusive', 'sole', 'ordinary', 'open', 'capital')", name=op.f('ck_deal_mode')),
    sa.CheckConstraint("price_form IN ('lump_sum', 'instalments', 'royalty', 'entry_royalty')", name=op.f('ck_deal_price_form')),
    sa.CheckConstraint("price_minor IS NULL OR typeof(price_minor) = 'integer'", name=op.f('ck_deal_price_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('negotiating', 'signing', 'signed', 'settled', 'cancelled', 'rescinded')", name=op.f('ck_deal_state')),
    sa.CheckConstraint('buyer_organisation_id <> organisation_id', name=op.f('ck_deal_two_parties')),
    sa.CheckConstraint('price_minor > 0', name=op.f('ck_deal_priced')),
    sa.ForeignKeyConstraint(['buyer_organisation_id'], ['organisation.id'], name=op.f('fk_deal_buyer_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_deal_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal')),
    sa.UniqueConstraint('number', name=op.f('uq_deal_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_deal_public_id'))
    )
    op.create_index('ix_deal_buyer', 'deal', ['buyer_organisation_id'], unique=False)
    op.create_index(op.f('ix_deal_listing_reference'), 'deal', ['listing_reference'], unique=False)
    op.create_index(op.f('ix_deal_organisation_id'), 'deal', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_deal_state'), 'deal', ['state'], unique=False)
    op.create_table('deal_terms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('made_by', sa.String(length=16), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_deal_terms_deal_id_deal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_terms')),
    sa.UniqueConstraint('deal_id', 'n', name=op.f('uq_deal_terms_deal_id_n'))
    )
    op.create_index(op.f('ix_deal_terms_deal_id'), 'deal_terms', ['deal_id'], unique=False)
    op.create_table('deal_patent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['deal_id'], ['deal.id'], name=op.f('fk_deal_patent_deal_id_deal')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_deal_patent_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deal_patent')),
    sa.UniqueConstraint('deal_id', 'patent_id', name=op.f('uq_deal_patent_deal_id_patent_id'))
    )
    op.create_index(op.f('ix_deal_patent_deal_id'), 'deal_patent', ['deal_id'], unique=False)
    op.create_index(op.f('ix_deal_patent_patent_id'), 'deal_patent', ['patent_id'], unique=False)
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
    op.drop_table('deal_patent')
    op.drop_table('deal_terms')
    op.drop_table('deal')
    op.drop_table('gate_check')
