"""Tables of finance.pledges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0746_pledges'
down_revision = '20261125_0745_matching'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_pledge_party_confirmation_no_update BEFORE UPDATE ON pledge_party_confirmation BEGIN SELECT RAISE(ABORT, 'append_only: pledge_party_confirmation'); END"),
    ('postgresql', 'CREATE TRIGGER tr_pledge_party_confirmation_no_update BEFORE UPDATE ON pledge_party_confirmation FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_pledge_party_confirmation_no_delete BEFORE DELETE ON pledge_party_confirmation BEGIN SELECT RAISE(ABORT, 'append_only: pledge_party_confirmation'); END"),
    ('postgresql', 'CREATE TRIGGER tr_pledge_party_confirmation_no_delete BEFORE DELETE ON pledge_party_confirmation FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', 'CREATE UNIQUE INDEX uq_pledge_item_hold ON pledge_item (patent_id, patent_rank) WHERE holds IS 1'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_pledge_item_hold ON pledge_item (patent_id, patent_rank) WHERE holds IS true'),
)


def upgrade() -> None:
    op.create_table('registry_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('jurisdiction', sa.String(length=2), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('working_days', sa.Integer(), nullable=False),
    sa.Column('constitutive', sa.Boolean(), nullable=False),
    sa.Column('ranks_allowed', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.CheckConstraint("action IN ('register', 'change', 'release')", name=op.f('ck_registry_rule_action')),
    sa.CheckConstraint("channel IN ('online', 'window', 'post')", name=op.f('ck_registry_rule_channel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_rule')),
    sa.UniqueConstraint('jurisdiction', 'action', 'channel', 'valid_from', name=op.f('uq_registry_rule_jurisdiction_action_channel_valid_from'))
    )
    op.create_table('pledge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('pledgor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secures', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('secured_minor', sa.BigInteger(), nullable=False),
    sa.Column('secured_currency', sa.String(length=3), nullable=False),
    sa.Column('secured_debt_minor', sa.BigInteger(), nullable=False),
    sa.Column('secured_debt_currency', sa.String(length=3), nullable=False),
    sa.Column('debt_stated', sa.Boolean(), nullable=False),
    sa.Column('debt_due', sa.Boolean(), nullable=False),
    sa.Column('cap_minor', sa.BigInteger(), nullable=True),
    sa.Column('cap_currency', sa.String(length=3), nullable=True),
    sa.Column('determination_on', sa.Date(), nullable=True),
    sa.Column('secured_scope', sa.String(length=200), nullable=False),
    sa.Column('debt_from', sa.Date(), nullable=False),
    sa.Column('debt_to', sa.Date(), nullable=False),
    sa.Column('jurisdiction', sa.String(length=2), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('annuity_payer', sa.String(length=40), nullable=False),
    sa.Column('invalidation_clause', sa.String(length=500), nullable=False),
    sa.Column('round_no', sa.Integer(), nullable=False),
    sa.Column('contract_sha256', sa.String(length=64), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_provisional', sa.Boolean(), nullable=False),
    sa.Column('late_told_on', sa.Date(), nullable=True),
    sa.Column('notice_no', sa.String(length=60), nullable=False),
    sa.Column('notice_sha256', sa.String(length=64), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('release_notice_no', sa.String(length=60), nullable=False),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.Column('refusal_ground', sa.Integer(), nullable=True),
    sa.Column('refusal_text', sa.String(length=500), nullable=False),
    sa.Column('refused_on', sa.Date(), nullable=True),
    sa.Column('waiver_reason', sa.String(length=500), nullable=False),
    sa.Column('held_by_order', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'max_amount') = (cap_minor IS NOT NULL) AND (kind = 'max_amount') = (determination_on IS NOT NULL)", name=op.f('ck_pledge_cap')),
    sa.CheckConstraint("annuity_payer IN ('pledgor', 'pledgee')", name=op.f('ck_pledge_annuity_payer')),
    sa.CheckConstraint("cap_minor IS NULL OR typeof(cap_minor) = 'integer'", name=op.f('ck_pledge_cap_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("channel IN ('online', 'window', 'post')", name=op.f('ck_pledge_channel')),
    sa.CheckConstraint("kind IN ('single', 'max_amount')", name=op.f('ck_pledge_kind')),
    sa.CheckConstraint("secured_debt_minor IS NULL OR typeof(secured_debt_minor) = 'integer'", name=op.f('ck_pledge_secured_debt_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("secured_minor IS NULL OR typeof(secured_minor) = 'integer'", name=op.f('ck_pledge_secured_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("secures IN ('loan', 'recourse')", name=op.f('ck_pledge_secures')),
    sa.CheckConstraint("state <> 'registered' OR (notice_no <> '' AND registered_on IS NOT NULL)", name=op.f('ck_pledge_registered_complete')),
    sa.CheckConstraint("state IN ('drafted', 'signed', 'filed', 'correcting', 'refused', 'registered', 'releasing', 'released', 'enforcing', 'revoked', 'extinguished', 'cancelled')", name=op.f('ck_pledge_state')),
    sa.CheckConstraint('debt_to >= debt_from', name=op.f('ck_pledge_term')),
    sa.CheckConstraint('secured_debt_minor >= 0', name=op.f('ck_pledge_debt')),
    sa.CheckConstraint('secured_minor > 0', name=op.f('ck_pledge_secured')),
    sa.ForeignKeyConstraint(['agency_id'], ['organisation.id'], name=op.f('fk_pledge_agency_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_pledge_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['pledgor_id'], ['organisation.id'], name=op.f('fk_pledge_pledgor_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge')),
    sa.UniqueConstraint('number', name=op.f('uq_pledge_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_pledge_public_id'))
    )
    op.create_index(op.f('ix_pledge_organisation_id'), 'pledge', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_pledge_pledgor_id'), 'pledge', ['pledgor_id'], unique=False)
    op.create_index(op.f('ix_pledge_state'), 'pledge', ['state'], unique=False)
    op.create_table('disposal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('enforcement_order', sa.String(length=200), nullable=False),
    sa.Column('reserve_minor', sa.BigInteger(), nullable=False),
    sa.Column('reserve_currency', sa.String(length=3), nullable=False),
    sa.Column('value_minor', sa.BigInteger(), nullable=False),
    sa.Column('value_currency', sa.String(length=3), nullable=False),
    sa.Column('agreed_low', sa.Boolean(), nullable=False),
    sa.Column('listing_reference', sa.String(length=60), nullable=False),
    sa.Column('round_no', sa.Integer(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=True),
    sa.Column('price_currency', sa.String(length=3), nullable=True),
    sa.Column('costs_minor', sa.BigInteger(), nullable=False),
    sa.Column('costs_currency', sa.String(length=3), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("costs_minor IS NULL OR typeof(costs_minor) = 'integer'", name=op.f('ck_disposal_costs_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("mode IN ('agreed_transfer', 'agreed_sale', 'auction', 'court')", name=op.f('ck_disposal_mode')),
    sa.CheckConstraint("price_minor IS NULL OR typeof(price_minor) = 'integer'", name=op.f('ck_disposal_price_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("reserve_minor IS NULL OR typeof(reserve_minor) = 'integer'", name=op.f('ck_disposal_reserve_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('proposed', 'approved', 'listed', 'failed', 'sold', 'settled', 'abandoned')", name=op.f('ck_disposal_state')),
    sa.CheckConstraint("value_minor IS NULL OR typeof(value_minor) = 'integer'", name=op.f('ck_disposal_value_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('reserve_minor > 0', name=op.f('ck_disposal_reserve')),
    sa.CheckConstraint('round_no BETWEEN 1 AND 3', name=op.f('ck_disposal_rounds')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_disposal_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_disposal_pledge_id_pledge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disposal')),
    sa.UniqueConstraint('public_id', name=op.f('uq_disposal_public_id'))
    )
    op.create_index(op.f('ix_disposal_listing_reference'), 'disposal', ['listing_reference'], unique=False)
    op.create_index(op.f('ix_disposal_organisation_id'), 'disposal', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_disposal_pledge_id'), 'disposal', ['pledge_id'], unique=False)
    op.create_index(op.f('ix_disposal_state'), 'disposal', ['state'], unique=False)
    op.create_table('pledge_party_confirmation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('round_no', sa.Integer(), nullable=False),
    sa.Column('party', sa.String(length=40), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=False),
    sa.Column('signer_name', sa.String(length=200), nullable=False),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('acknowledged', sa.String(length=200), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("party IN ('pledgor', 'pledgee')", name=op.f('ck_pledge_party_confirmation_party')),
    sa.CheckConstraint("step IN ('sign', 'file', 'change', 'release')", name=op.f('ck_pledge_party_confirmation_step')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_party_confirmation_pledge_id_pledge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge_party_confirmation')),
    sa.UniqueConstraint('pledge_id', 'step', 'round_no', 'party', name=op.f('uq_pledge_party_confirmation_pledge_id_step_round_no_party'))
    )
    op.create_index(op.f('ix_pledge_party_confirmation_pledge_id'), 'pledge_party_confirmation', ['pledge_id'], unique=False)
    op.create_table('pledge_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_rank', sa.Integer(), nullable=False),
    sa.Column('ltv_cap_bp', sa.Integer(), nullable=False),
    sa.Column('accepted_minor', sa.BigInteger(), nullable=False),
    sa.Column('accepted_currency', sa.String(length=3), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('holds', sa.Boolean(), nullable=False),
    sa.Column('encumbrance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('died_on', sa.Date(), nullable=True),
    sa.Column('death_cause', sa.String(length=40), nullable=False),
    sa.Column('removed_on', sa.Date(), nullable=True),
    sa.CheckConstraint("accepted_minor IS NULL OR typeof(accepted_minor) = 'integer'", name=op.f('ck_pledge_item_accepted_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('accepted_minor >= 0', name=op.f('ck_pledge_item_accepted')),
    sa.CheckConstraint('ltv_cap_bp BETWEEN 0 AND 5000', name=op.f('ck_pledge_item_cap')),
    sa.CheckConstraint('patent_rank = 1', name=op.f('ck_pledge_item_rank_cn')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_pledge_item_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['encumbrance_id'], ['encumbrance.id'], name=op.f('fk_pledge_item_encumbrance_id_encumbrance')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_pledge_item_patent_id_patent')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_item_pledge_id_pledge')),
    sa.ForeignKeyConstraint(['review_id'], ['appraisal_review.id'], name=op.f('fk_pledge_item_review_id_appraisal_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge_item')),
    sa.UniqueConstraint('pledge_id', 'patent_id', name=op.f('uq_pledge_item_pledge_id_patent_id'))
    )
    op.create_index(op.f('ix_pledge_item_patent_id'), 'pledge_item', ['patent_id'], unique=False)
    op.create_index(op.f('ix_pledge_item_pledge_id'), 'pledge_item', ['pledge_id'], unique=False)
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
    op.drop_table('pledge_item')
    op.drop_table('pledge_party_confirmation')
    op.drop_table('disposal')
    op.drop_table('pledge')
    op.drop_table('registry_rule')
