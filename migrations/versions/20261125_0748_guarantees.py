"""Tables of finance.guarantees."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0748_guarantees'
down_revision = '20261125_0747_loans'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_scheme_fixed BEFORE UPDATE ON scheme WHEN OLD.state <> 'draft' AND (OLD.name <> NEW.name OR OLD.edition <> NEW.edition OR OLD.profile <> NEW.profile OR OLD.base <> NEW.base OR OLD.settlement <> NEW.settlement OR OLD.unmet_role <> NEW.unmet_role OR OLD.source <> NEW.source OR OLD.valid_from <> NEW.valid_from) BEGIN SELECT RAISE(ABORT, 'scheme_fixed'); END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION scheme_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'scheme_fixed' USING ERRCODE = 'restrict_violation'; END $$; CREATE TRIGGER tr_scheme_fixed BEFORE UPDATE ON scheme FOR EACH ROW WHEN (OLD.state <> 'draft' AND (OLD.name <> NEW.name OR OLD.edition <> NEW.edition OR OLD.profile <> NEW.profile OR OLD.base <> NEW.base OR OLD.settlement <> NEW.settlement OR OLD.unmet_role <> NEW.unmet_role OR OLD.source <> NEW.source OR OLD.valid_from <> NEW.valid_from)) EXECUTE FUNCTION scheme_fixed()"),
    ('sqlite', "CREATE TRIGGER tr_scheme_party_no_update BEFORE UPDATE ON scheme_party BEGIN SELECT RAISE(ABORT, 'append_only: scheme_party'); END"),
    ('postgresql', 'CREATE TRIGGER tr_scheme_party_no_update BEFORE UPDATE ON scheme_party FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_scheme_party_no_delete BEFORE DELETE ON scheme_party BEGIN SELECT RAISE(ABORT, 'append_only: scheme_party'); END"),
    ('postgresql', 'CREATE TRIGGER tr_scheme_party_no_delete BEFORE DELETE ON scheme_party FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_guarantee_share_no_update BEFORE UPDATE ON guarantee_share BEGIN SELECT RAISE(ABORT, 'append_only: guarantee_share'); END"),
    ('postgresql', 'CREATE TRIGGER tr_guarantee_share_no_update BEFORE UPDATE ON guarantee_share FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_guarantee_share_no_delete BEFORE DELETE ON guarantee_share BEGIN SELECT RAISE(ABORT, 'append_only: guarantee_share'); END"),
    ('postgresql', 'CREATE TRIGGER tr_guarantee_share_no_delete BEFORE DELETE ON guarantee_share FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_guarantee_signature_no_update BEFORE UPDATE ON guarantee_signature BEGIN SELECT RAISE(ABORT, 'append_only: guarantee_signature'); END"),
    ('postgresql', 'CREATE TRIGGER tr_guarantee_signature_no_update BEFORE UPDATE ON guarantee_signature FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_guarantee_signature_no_delete BEFORE DELETE ON guarantee_signature BEGIN SELECT RAISE(ABORT, 'append_only: guarantee_signature'); END"),
    ('postgresql', 'CREATE TRIGGER tr_guarantee_signature_no_delete BEFORE DELETE ON guarantee_signature FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
)


def upgrade() -> None:
    op.create_table('guarantor_year',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('net_assets_minor', sa.BigInteger(), nullable=False),
    sa.Column('net_assets_currency', sa.String(length=3), nullable=False),
    sa.Column('net_assets_on', sa.Date(), nullable=False),
    sa.Column('sme_agri_main', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("net_assets_minor IS NULL OR typeof(net_assets_minor) = 'integer'", name=op.f('ck_guarantor_year_net_assets_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('stated', 'confirmed')", name=op.f('ck_guarantor_year_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_guarantor_year_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantor_year')),
    sa.UniqueConstraint('organisation_id', 'net_assets_on', name=op.f('uq_guarantor_year_organisation_id_net_assets_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_guarantor_year_public_id'))
    )
    op.create_index(op.f('ix_guarantor_year_organisation_id'), 'guarantor_year', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_guarantor_year_state'), 'guarantor_year', ['state'], unique=False)
    op.create_table('scheme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('profile', sa.String(length=40), nullable=False),
    sa.Column('base', sa.String(length=40), nullable=False),
    sa.Column('settlement', sa.String(length=40), nullable=False),
    sa.Column('ip_part_only', sa.Boolean(), nullable=False),
    sa.Column('min_ip_share_bp', sa.Integer(), nullable=False),
    sa.Column('max_loan_minor', sa.BigInteger(), nullable=True),
    sa.Column('max_loan_currency', sa.String(length=3), nullable=True),
    sa.Column('unmet_role', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("base IN ('principal', 'principal_interest', 'plus_costs')", name=op.f('ck_scheme_base')),
    sa.CheckConstraint("max_loan_minor IS NULL OR typeof(max_loan_minor) = 'integer'", name=op.f('ck_scheme_max_loan_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("profile IN ('national', 'local')", name=op.f('ck_scheme_profile')),
    sa.CheckConstraint("settlement IN ('guarantor_advances', 'each_pays')", name=op.f('ck_scheme_settlement')),
    sa.CheckConstraint("state IN ('draft', 'approved', 'retired')", name=op.f('ck_scheme_state')),
    sa.CheckConstraint("unmet_role IN ('national_fund', 'provincial_reguarantor', 'reguarantor', 'guarantor', 'bank', 'pool', 'risk_fund', 'insurer', 'appraiser')", name=op.f('ck_scheme_unmet_role')),
    sa.CheckConstraint('min_ip_share_bp BETWEEN 0 AND 10000', name=op.f('ck_scheme_ip_share')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_scheme_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheme')),
    sa.UniqueConstraint('organisation_id', 'name', 'edition', name=op.f('uq_scheme_organisation_id_name_edition')),
    sa.UniqueConstraint('public_id', name=op.f('uq_scheme_public_id'))
    )
    op.create_index(op.f('ix_scheme_organisation_id'), 'scheme', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_scheme_state'), 'scheme', ['state'], unique=False)
    op.create_table('scheme_party',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ord', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('weight_bp', sa.Integer(), nullable=False),
    sa.CheckConstraint("role IN ('national_fund', 'provincial_reguarantor', 'reguarantor', 'guarantor', 'bank', 'pool', 'risk_fund', 'insurer', 'appraiser')", name=op.f('ck_scheme_party_role')),
    sa.CheckConstraint('weight_bp > 0', name=op.f('ck_scheme_party_weight')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_scheme_party_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['scheme_id'], ['scheme.id'], name=op.f('fk_scheme_party_scheme_id_scheme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheme_party')),
    sa.UniqueConstraint('scheme_id', 'ord', name=op.f('uq_scheme_party_scheme_id_ord'))
    )
    op.create_index(op.f('ix_scheme_party_scheme_id'), 'scheme_party', ['scheme_id'], unique=False)
    op.create_table('guarantee',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('scheme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('term_months', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=True),
    sa.Column('guaranteed_bp', sa.Integer(), nullable=False),
    sa.Column('cap_minor', sa.BigInteger(), nullable=True),
    sa.Column('cap_currency', sa.String(length=3), nullable=True),
    sa.Column('period_months', sa.Integer(), nullable=True),
    sa.Column('maturity', sa.Date(), nullable=True),
    sa.Column('deadline_on', sa.Date(), nullable=True),
    sa.Column('fee_bp', sa.Integer(), nullable=False),
    sa.Column('fee_basis', sa.String(length=40), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=True),
    sa.Column('fee_currency', sa.String(length=3), nullable=True),
    sa.Column('fee_paid_on', sa.Date(), nullable=True),
    sa.Column('affiliated', sa.Boolean(), nullable=False),
    sa.Column('co_guarantee_basis', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('contract_sha256', sa.String(length=64), nullable=False),
    sa.Column('letter_code', sa.String(length=20), nullable=False),
    sa.Column('held_by_order', sa.String(length=60), nullable=False),
    sa.Column('journals', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_guarantee_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("cap_minor IS NULL OR typeof(cap_minor) = 'integer'", name=op.f('ck_guarantee_cap_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("fee_basis IN ('amount', 'outstanding')", name=op.f('ck_guarantee_fee_basis')),
    sa.CheckConstraint("fee_minor IS NULL OR typeof(fee_minor) = 'integer'", name=op.f('ck_guarantee_fee_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("kind IN ('general', 'joint')", name=op.f('ck_guarantee_kind')),
    sa.CheckConstraint("state IN ('applied', 'approved', 'declined', 'lapsed', 'signed', 'effective', 'called', 'discharged', 'expired', 'cancelled')", name=op.f('ck_guarantee_state')),
    sa.CheckConstraint("state IN ('applied', 'declined', 'cancelled') OR kind IS NOT NULL", name=op.f('ck_guarantee_kind_said')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_guarantee_amount')),
    sa.CheckConstraint('fee_bp BETWEEN 0 AND 300', name=op.f('ck_guarantee_fee')),
    sa.CheckConstraint('guaranteed_bp BETWEEN 0 AND 10000', name=op.f('ck_guarantee_guaranteed')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_guarantee_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['bank_id'], ['organisation.id'], name=op.f('fk_guarantee_bank_id_organisation')),
    sa.ForeignKeyConstraint(['client_id'], ['organisation.id'], name=op.f('fk_guarantee_client_id_organisation')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_guarantee_loan_id_loan')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_guarantee_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['scheme_id'], ['scheme.id'], name=op.f('fk_guarantee_scheme_id_scheme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantee')),
    sa.UniqueConstraint('number', name=op.f('uq_guarantee_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_guarantee_public_id'))
    )
    op.create_index(op.f('ix_guarantee_bank_id'), 'guarantee', ['bank_id'], unique=False)
    op.create_index(op.f('ix_guarantee_client_id'), 'guarantee', ['client_id'], unique=False)
    op.create_index(op.f('ix_guarantee_deadline_on'), 'guarantee', ['deadline_on'], unique=False)
    op.create_index(op.f('ix_guarantee_loan_id'), 'guarantee', ['loan_id'], unique=False)
    op.create_index(op.f('ix_guarantee_organisation_id'), 'guarantee', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_guarantee_state'), 'guarantee', ['state'], unique=False)
    op.create_table('counter_guarantee',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guarantee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('provider_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_counter_guarantee_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("kind IN ('pledge', 'person', 'company', 'deposit')", name=op.f('ck_counter_guarantee_kind')),
    sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_counter_guarantee_guarantee_id_guarantee')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_counter_guarantee_pledge_id_pledge')),
    sa.ForeignKeyConstraint(['provider_id'], ['organisation.id'], name=op.f('fk_counter_guarantee_provider_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_counter_guarantee'))
    )
    op.create_index(op.f('ix_counter_guarantee_guarantee_id'), 'counter_guarantee', ['guarantee_id'], unique=False)
    op.create_table('exposure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guarantor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guarantee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reserved_minor', sa.BigInteger(), nullable=False),
    sa.Column('reserved_currency', sa.String(length=3), nullable=False),
    sa.Column('outstanding_minor', sa.BigInteger(), nullable=False),
    sa.Column('outstanding_currency', sa.String(length=3), nullable=False),
    sa.Column('weight_bp', sa.Integer(), nullable=False),
    sa.CheckConstraint("outstanding_minor IS NULL OR typeof(outstanding_minor) = 'integer'", name=op.f('ck_exposure_outstanding_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("reserved_minor IS NULL OR typeof(reserved_minor) = 'integer'", name=op.f('ck_exposure_reserved_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('reserved_minor >= 0 AND outstanding_minor >= 0', name=op.f('ck_exposure_not_negative')),
    sa.CheckConstraint('weight_bp BETWEEN 0 AND 10000', name=op.f('ck_exposure_weight')),
    sa.ForeignKeyConstraint(['client_id'], ['organisation.id'], name=op.f('fk_exposure_client_id_organisation')),
    sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_exposure_guarantee_id_guarantee')),
    sa.ForeignKeyConstraint(['guarantor_id'], ['organisation.id'], name=op.f('fk_exposure_guarantor_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exposure')),
    sa.UniqueConstraint('guarantee_id', name=op.f('uq_exposure_guarantee_id'))
    )
    op.create_index(op.f('ix_exposure_client_id'), 'exposure', ['client_id'], unique=False)
    op.create_index(op.f('ix_exposure_guarantor_id'), 'exposure', ['guarantor_id'], unique=False)
    op.create_table('guarantee_share',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guarantee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ord', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('weight_bp', sa.Integer(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_guarantee_share_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("role IN ('national_fund', 'provincial_reguarantor', 'reguarantor', 'guarantor', 'bank', 'pool', 'risk_fund', 'insurer', 'appraiser')", name=op.f('ck_guarantee_share_role')),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('ck_guarantee_share_amount')),
    sa.CheckConstraint('weight_bp > 0', name=op.f('ck_guarantee_share_weight')),
    sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_guarantee_share_guarantee_id_guarantee')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_guarantee_share_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantee_share')),
    sa.UniqueConstraint('guarantee_id', 'ord', name=op.f('uq_guarantee_share_guarantee_id_ord'))
    )
    op.create_index(op.f('ix_guarantee_share_guarantee_id'), 'guarantee_share', ['guarantee_id'], unique=False)
    op.create_table('guarantee_signature',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guarantee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=False),
    sa.Column('signer_name', sa.String(length=200), nullable=False),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("side IN ('client', 'guarantor', 'bank')", name=op.f('ck_guarantee_signature_side')),
    sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_guarantee_signature_guarantee_id_guarantee')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guarantee_signature')),
    sa.UniqueConstraint('guarantee_id', 'side', name=op.f('uq_guarantee_signature_guarantee_id_side'))
    )
    op.create_index(op.f('ix_guarantee_signature_guarantee_id'), 'guarantee_signature', ['guarantee_id'], unique=False)
    op.create_table('reguarantee',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('guarantee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('liability_minor', sa.BigInteger(), nullable=False),
    sa.Column('liability_currency', sa.String(length=3), nullable=False),
    sa.Column('rate_bp', sa.Integer(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_currency', sa.String(length=3), nullable=False),
    sa.Column('fee_paid_on', sa.Date(), nullable=True),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('confirmation_code', sa.String(length=20), nullable=False),
    sa.Column('journals', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("fee_minor IS NULL OR typeof(fee_minor) = 'integer'", name=op.f('ck_reguarantee_fee_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("liability_minor IS NULL OR typeof(liability_minor) = 'integer'", name=op.f('ck_reguarantee_liability_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("mode IN ('case', 'automatic')", name=op.f('ck_reguarantee_mode')),
    sa.CheckConstraint("state IN ('requested', 'approved', 'declined', 'effective', 'ended', 'lapsed')", name=op.f('ck_reguarantee_state')),
    sa.CheckConstraint('liability_minor >= 0', name=op.f('ck_reguarantee_liability')),
    sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_reguarantee_guarantee_id_guarantee')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reguarantee_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['scheme_id'], ['scheme.id'], name=op.f('fk_reguarantee_scheme_id_scheme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reguarantee')),
    sa.UniqueConstraint('guarantee_id', 'organisation_id', name=op.f('uq_reguarantee_guarantee_id_organisation_id')),
    sa.UniqueConstraint('number', name=op.f('uq_reguarantee_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_reguarantee_public_id'))
    )
    op.create_index(op.f('ix_reguarantee_guarantee_id'), 'reguarantee', ['guarantee_id'], unique=False)
    op.create_index(op.f('ix_reguarantee_organisation_id'), 'reguarantee', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_reguarantee_state'), 'reguarantee', ['state'], unique=False)
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
    op.drop_table('reguarantee')
    op.drop_table('guarantee_signature')
    op.drop_table('guarantee_share')
    op.drop_table('exposure')
    op.drop_table('counter_guarantee')
    op.drop_table('guarantee')
    op.drop_table('scheme_party')
    op.drop_table('scheme')
    op.drop_table('guarantor_year')
