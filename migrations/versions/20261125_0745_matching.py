"""Tables of market.matching."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0745_matching'
down_revision = '20261125_0744_listings'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (

)


def upgrade() -> None:
    op.create_table('demand',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('classes', sa.JSON(), nullable=False),
    sa.Column('modes', sa.JSON(), nullable=False),
    sa.Column('regions', sa.JSON(), nullable=False),
    sa.Column('territory', sa.String(length=40), nullable=False),
    sa.Column('low_minor', sa.BigInteger(), nullable=True),
    sa.Column('low_currency', sa.String(length=3), nullable=True),
    sa.Column('high_minor', sa.BigInteger(), nullable=True),
    sa.Column('high_currency', sa.String(length=3), nullable=True),
    sa.Column('stage_low', sa.Integer(), nullable=True),
    sa.Column('stage_high', sa.Integer(), nullable=True),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("high_minor IS NULL OR typeof(high_minor) = 'integer'", name=op.f('ck_demand_high_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_demand_language')),
    sa.CheckConstraint("low_minor IS NULL OR typeof(low_minor) = 'integer'", name=op.f('ck_demand_low_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('draft', 'review', 'open', 'matched', 'expired', 'withdrawn')", name=op.f('ck_demand_state')),
    sa.CheckConstraint('low_minor IS NULL OR high_minor IS NULL OR low_minor <= high_minor', name=op.f('ck_demand_budget')),
    sa.CheckConstraint('low_minor IS NULL OR low_minor >= 0', name=op.f('ck_demand_low')),
    sa.CheckConstraint('stage_low IS NULL OR stage_high IS NULL OR stage_low <= stage_high', name=op.f('ck_demand_stages')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_demand_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demand')),
    sa.UniqueConstraint('number', name=op.f('uq_demand_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_demand_public_id'))
    )
    op.create_index(op.f('ix_demand_organisation_id'), 'demand', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_demand_state'), 'demand', ['state'], unique=False)
    op.create_table('interest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('foreign', sa.Boolean(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('classes', sa.JSON(), nullable=False),
    sa.Column('modes', sa.JSON(), nullable=False),
    sa.Column('regions', sa.JSON(), nullable=False),
    sa.Column('low_minor', sa.BigInteger(), nullable=True),
    sa.Column('low_currency', sa.String(length=3), nullable=True),
    sa.Column('high_minor', sa.BigInteger(), nullable=True),
    sa.Column('high_currency', sa.String(length=3), nullable=True),
    sa.Column('stage_low', sa.Integer(), nullable=True),
    sa.Column('stage_high', sa.Integer(), nullable=True),
    sa.Column('threshold_bp', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("high_minor IS NULL OR typeof(high_minor) = 'integer'", name=op.f('ck_interest_high_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("kind IN ('vc', 'trust', 'investment_bank', 'guarantor', 'bank', 'enterprise')", name=op.f('ck_interest_kind')),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_interest_language')),
    sa.CheckConstraint("low_minor IS NULL OR typeof(low_minor) = 'integer'", name=op.f('ck_interest_low_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f('ck_interest_state')),
    sa.CheckConstraint('low_minor IS NULL OR high_minor IS NULL OR low_minor <= high_minor', name=op.f('ck_interest_ticket')),
    sa.CheckConstraint('stage_low IS NULL OR stage_high IS NULL OR stage_low <= stage_high', name=op.f('ck_interest_stages')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_interest_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interest_public_id'))
    )
    op.create_index(op.f('ix_interest_organisation_id'), 'interest', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_interest_state'), 'interest', ['state'], unique=False)
    op.create_table('match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('holder_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('demand_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('interest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('score_bp', sa.Integer(), nullable=False),
    sa.Column('lane', sa.String(length=40), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('gaps', sa.JSON(), nullable=False),
    sa.Column('weights_version', sa.String(length=20), nullable=False),
    sa.Column('decline_reason', sa.String(length=40), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("decline_reason IN ('technology', 'stage', 'evidence', 'freedom', 'price', 'term', 'region', 'timing')", name=op.f('ck_match_decline_reason')),
    sa.CheckConstraint("lane IN ('same', 'adjacent')", name=op.f('ck_match_lane')),
    sa.CheckConstraint("state IN ('found', 'shortlisted', 'contacted', 'declined', 'faded')", name=op.f('ck_match_state')),
    sa.CheckConstraint('(demand_id IS NULL) <> (interest_id IS NULL)', name=op.f('ck_match_one_wish')),
    sa.CheckConstraint('score_bp BETWEEN 0 AND 10000', name=op.f('ck_match_score')),
    sa.ForeignKeyConstraint(['demand_id'], ['demand.id'], name=op.f('fk_match_demand_id_demand')),
    sa.ForeignKeyConstraint(['holder_organisation_id'], ['organisation.id'], name=op.f('fk_match_holder_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['interest_id'], ['interest.id'], name=op.f('fk_match_interest_id_interest')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_match_listing_id_listing')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_match_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match')),
    sa.UniqueConstraint('public_id', name=op.f('uq_match_public_id'))
    )
    op.create_index('ix_match_holder', 'match', ['holder_organisation_id', 'state', 'score_bp'], unique=False)
    op.create_index(op.f('ix_match_listing_id'), 'match', ['listing_id'], unique=False)
    op.create_index(op.f('ix_match_organisation_id'), 'match', ['organisation_id'], unique=False)
    op.create_index('ix_match_seeker', 'match', ['organisation_id', 'state', 'score_bp'], unique=False)
    op.create_index(op.f('ix_match_state'), 'match', ['state'], unique=False)
    op.create_index('uq_match_demand', 'match', ['demand_id', 'listing_id'], unique=True)
    op.create_index('uq_match_interest', 'match', ['interest_id', 'listing_id'], unique=True)
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
    op.drop_table('match')
    op.drop_table('interest')
    op.drop_table('demand')
