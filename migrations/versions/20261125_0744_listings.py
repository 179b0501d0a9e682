"""Tables of market.listings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0744_listings'
down_revision = '20261125_0743_deals'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_announcement_no_update BEFORE UPDATE ON announcement BEGIN SELECT RAISE(ABORT, 'append_only: announcement'); END"),
    ('postgresql', 'CREATE TRIGGER tr_announcement_no_update BEFORE UPDATE ON announcement FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_announcement_no_delete BEFORE DELETE ON announcement BEGIN SELECT RAISE(ABORT, 'append_only: announcement'); END"),
    ('postgresql', 'CREATE TRIGGER tr_announcement_no_delete BEFORE DELETE ON announcement FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_offer_version_no_update BEFORE UPDATE ON offer_version BEGIN SELECT RAISE(ABORT, 'append_only: offer_version'); END"),
    ('postgresql', 'CREATE TRIGGER tr_offer_version_no_update BEFORE UPDATE ON offer_version FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_offer_version_no_delete BEFORE DELETE ON offer_version BEGIN SELECT RAISE(ABORT, 'append_only: offer_version'); END"),
    ('postgresql', 'CREATE TRIGGER tr_offer_version_no_delete BEFORE DELETE ON offer_version FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_decline_no_update BEFORE UPDATE ON decline BEGIN SELECT RAISE(ABORT, 'append_only: decline'); END"),
    ('postgresql', 'CREATE TRIGGER tr_decline_no_update BEFORE UPDATE ON decline FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_decline_no_delete BEFORE DELETE ON decline BEGIN SELECT RAISE(ABORT, 'append_only: decline'); END"),
    ('postgresql', 'CREATE TRIGGER tr_decline_no_delete BEFORE DELETE ON decline FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', 'CREATE UNIQUE INDEX uq_offer_award ON offer (listing_id) WHERE award_live = 1 AND single = 1'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_offer_award ON offer (listing_id) WHERE award_live AND single'),
    ('sqlite', "CREATE UNIQUE INDEX uq_offer_running ON offer (listing_id, organisation_id) WHERE state IN ('submitted', 'countered')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_offer_running ON offer (listing_id, organisation_id) WHERE state IN ('submitted', 'countered')"),
)


def upgrade() -> None:
    op.create_table('listing',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('price_mode', sa.String(length=40), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=True),
    sa.Column('price_currency', sa.String(length=3), nullable=True),
    sa.Column('price_form', sa.String(length=40), nullable=False),
    sa.Column('on_enquiry', sa.Boolean(), nullable=False),
    sa.Column('title_zh', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=300), nullable=False),
    sa.Column('summary_zh', sa.Text(), nullable=False),
    sa.Column('summary_en', sa.Text(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('solution', sa.Text(), nullable=False),
    sa.Column('benefit', sa.Text(), nullable=False),
    sa.Column('economics', sa.Text(), nullable=False),
    sa.Column('evidence_of_use', sa.Text(), nullable=False),
    sa.Column('prior_art', sa.Text(), nullable=False),
    sa.Column('defects', sa.Text(), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=True),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('region', sa.String(length=40), nullable=False),
    sa.Column('territories', sa.JSON(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('burdens', sa.JSON(), nullable=False),
    sa.Column('declared', sa.Boolean(), nullable=False),
    sa.Column('leak_confirmed', sa.Boolean(), nullable=False),
    sa.Column('has_valuation', sa.Boolean(), nullable=False),
    sa.Column('term_days', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('announcement_n', sa.Integer(), nullable=False),
    sa.Column('announcement_sha256', sa.String(length=64), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sale_held', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('notice_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('sorted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("mode IN ('transfer', 'exclusive', 'sole', 'ordinary', 'open', 'capital')", name=op.f('ck_listing_mode')),
    sa.CheckConstraint("price_form IN ('lump_sum', 'instalments', 'royalty', 'entry_royalty')", name=op.f('ck_listing_price_form')),
    sa.CheckConstraint("price_minor IS NULL OR typeof(price_minor) = 'integer'", name=op.f('ck_listing_price_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("price_mode IN ('negotiated', 'fixed', 'ascending', 'sealed', 'dutch', 'hybrid', 'open', 'pooled')", name=op.f('ck_listing_price_mode')),
    sa.CheckConstraint("sale_held IN ('none', 'live', 'bid')", name=op.f('ck_listing_sale_held')),
    sa.CheckConstraint("state IN ('draft', 'review', 'rejected', 'notice', 'open', 'paused', 'allocated', 'under_deal', 'closed_done', 'passed', 'negotiation', 'relisted', 'expired', 'withdrawn', 'voided')", name=op.f('ck_listing_state')),
    sa.CheckConstraint('price_minor IS NULL OR price_minor > 0', name=op.f('ck_listing_priced')),
    sa.CheckConstraint('score BETWEEN 0 AND 100', name=op.f('ck_listing_score')),
    sa.CheckConstraint('stage IS NULL OR stage BETWEEN 1 AND 9', name=op.f('ck_listing_stage')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_listing_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['previous_id'], ['listing.id'], name=op.f('fk_listing_previous_id_listing')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing')),
    sa.UniqueConstraint('number', name=op.f('uq_listing_number')),
    sa.UniqueConstraint('previous_id', name=op.f('uq_listing_previous_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_listing_public_id'))
    )
    op.create_index('ix_listing_newest', 'listing', ['state', 'sorted_at', 'id'], unique=False)
    op.create_index(op.f('ix_listing_organisation_id'), 'listing', ['organisation_id'], unique=False)
    op.create_index('ix_listing_price', 'listing', ['state', 'price_minor', 'id'], unique=False)
    op.create_index(op.f('ix_listing_state'), 'listing', ['state'], unique=False)
    op.create_table('announcement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_announcement_listing_id_listing')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement')),
    sa.UniqueConstraint('listing_id', 'n', name=op.f('uq_announcement_listing_id_n')),
    sa.UniqueConstraint('sha256', name=op.f('uq_announcement_sha256'))
    )
    op.create_index(op.f('ix_announcement_listing_id'), 'announcement', ['listing_id'], unique=False)
    op.create_table('listing_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_code_listing_id_listing')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_code')),
    sa.UniqueConstraint('listing_id', 'name', 'value', name=op.f('uq_listing_code_listing_id_name_value'))
    )
    op.create_index('ix_listing_code_value', 'listing_code', ['name', 'value', 'listing_id'], unique=False)
    op.create_table('offer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('holder_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('turn', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('award_live', sa.Boolean(), nullable=False),
    sa.Column('single', sa.Boolean(), nullable=False),
    sa.Column('deal_reference', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_offer_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('submitted', 'countered', 'accepted', 'declined', 'withdrawn', 'expired')", name=op.f('ck_offer_state')),
    sa.CheckConstraint("turn IN ('holder', 'buyer')", name=op.f('ck_offer_turn')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_offer_priced')),
    sa.CheckConstraint('holder_organisation_id <> organisation_id', name=op.f('ck_offer_two_parties')),
    sa.ForeignKeyConstraint(['holder_organisation_id'], ['organisation.id'], name=op.f('fk_offer_holder_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_offer_listing_id_listing')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_offer_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('number', name=op.f('uq_offer_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_offer_public_id'))
    )
    op.create_index(op.f('ix_offer_holder_organisation_id'), 'offer', ['holder_organisation_id'], unique=False)
    op.create_index(op.f('ix_offer_listing_id'), 'offer', ['listing_id'], unique=False)
    op.create_index(op.f('ix_offer_organisation_id'), 'offer', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_offer_state'), 'offer', ['state'], unique=False)
    op.create_index(op.f('ix_offer_valid_until'), 'offer', ['valid_until'], unique=False)
    op.create_table('decline',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('offer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reason IN ('technology_mismatch', 'too_early', 'no_evidence_of_use', 'prior_art_risk', 'market_too_small', 'price', 'remaining_life', 'not_our_strategy')", name=op.f('ck_decline_reason')),
    sa.CheckConstraint("side IN ('holder', 'buyer')", name=op.f('ck_decline_side')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_decline_offer_id_offer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decline')),
    sa.UniqueConstraint('offer_id', name=op.f('uq_decline_offer_id'))
    )
    op.create_table('listing_patent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_patent_listing_id_listing')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_listing_patent_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_patent')),
    sa.UniqueConstraint('listing_id', 'patent_id', name=op.f('uq_listing_patent_listing_id_patent_id'))
    )
    op.create_index(op.f('ix_listing_patent_listing_id'), 'listing_patent', ['listing_id'], unique=False)
    op.create_index(op.f('ix_listing_patent_patent_id'), 'listing_patent', ['patent_id'], unique=False)
    op.create_table('offer_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('offer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('price_form', sa.String(length=40), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('territories', sa.JSON(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=16), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_offer_version_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("price_form IN ('lump_sum', 'instalments', 'royalty', 'entry_royalty')", name=op.f('ck_offer_version_price_form')),
    sa.CheckConstraint("side IN ('holder', 'buyer')", name=op.f('ck_offer_version_side')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_offer_version_priced')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_version_offer_id_offer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_version')),
    sa.UniqueConstraint('offer_id', 'n', name=op.f('uq_offer_version_offer_id_n'))
    )
    op.create_index(op.f('ix_offer_version_offer_id'), 'offer_version', ['offer_id'], unique=False)
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
    op.drop_table('offer_version')
    op.drop_table('listing_patent')
    op.drop_table('decline')
    op.drop_table('offer')
    op.drop_table('listing_code')
    op.drop_table('announcement')
    op.drop_table('listing')
