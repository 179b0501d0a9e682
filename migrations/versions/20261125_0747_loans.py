"""Tables of finance.loans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0747_loans'
down_revision = '20261125_0746_pledges'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_collateral_mark_no_update BEFORE UPDATE ON collateral_mark BEGIN SELECT RAISE(ABORT, 'append_only: collateral_mark'); END"),
    ('postgresql', 'CREATE TRIGGER tr_collateral_mark_no_update BEFORE UPDATE ON collateral_mark FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_collateral_mark_no_delete BEFORE DELETE ON collateral_mark BEGIN SELECT RAISE(ABORT, 'append_only: collateral_mark'); END"),
    ('postgresql', 'CREATE TRIGGER tr_collateral_mark_no_delete BEFORE DELETE ON collateral_mark FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', 'CREATE UNIQUE INDEX uq_loan_schedule_current ON loan_schedule (loan_id) WHERE current IS 1'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_loan_schedule_current ON loan_schedule (loan_id) WHERE current IS true'),
    ('sqlite', "CREATE UNIQUE INDEX uq_shortfall_open ON shortfall (loan_id) WHERE state = 'open'"),
    ('postgresql', "CREATE UNIQUE INDEX uq_shortfall_open ON shortfall (loan_id) WHERE state = 'open'"),
)


def upgrade() -> None:
    op.create_table('lpr_quote',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('tenor', sa.String(length=40), nullable=False),
    sa.Column('pct_e4', sa.Integer(), nullable=False),
    sa.Column('confirmed_through', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.CheckConstraint("tenor IN ('1Y', '5Y')", name=op.f('ck_lpr_quote_tenor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lpr_quote')),
    sa.UniqueConstraint('published_on', 'tenor', name=op.f('uq_lpr_quote_published_on_tenor'))
    )
    op.create_table('loan',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('borrower_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('principal_minor', sa.BigInteger(), nullable=False),
    sa.Column('principal_currency', sa.String(length=3), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('purpose_note', sa.String(length=500), nullable=False),
    sa.Column('payee', sa.String(length=200), nullable=False),
    sa.Column('tranches', sa.Boolean(), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('periods', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('first_due', sa.Date(), nullable=False),
    sa.Column('maturity', sa.Date(), nullable=False),
    sa.Column('due_rule', sa.String(length=40), nullable=False),
    sa.Column('due_day', sa.Integer(), nullable=True),
    sa.Column('day_count', sa.String(length=40), nullable=False),
    sa.Column('business_day_rule', sa.String(length=40), nullable=False),
    sa.Column('interest_to_adjusted', sa.Boolean(), nullable=False),
    sa.Column('interest_basis', sa.String(length=40), nullable=False),
    sa.Column('interest_rounding', sa.String(length=40), nullable=False),
    sa.Column('instalment_unit', sa.Integer(), nullable=False),
    sa.Column('instalment_rounding', sa.String(length=40), nullable=False),
    sa.Column('principal_grace', sa.Integer(), nullable=False),
    sa.Column('custom_rows', sa.JSON(), nullable=False),
    sa.Column('rate_kind', sa.String(length=40), nullable=False),
    sa.Column('rate_e4', sa.Integer(), nullable=False),
    sa.Column('lpr_tenor', sa.String(length=2), nullable=False),
    sa.Column('spread_bp', sa.Integer(), nullable=False),
    sa.Column('reprice_rule', sa.String(length=40), nullable=False),
    sa.Column('penalty_bp', sa.Integer(), nullable=False),
    sa.Column('misuse_bp', sa.Integer(), nullable=False),
    sa.Column('misused', sa.Boolean(), nullable=False),
    sa.Column('compound', sa.Boolean(), nullable=False),
    sa.Column('grace_days', sa.Integer(), nullable=False),
    sa.Column('prepayment_fee_bp', sa.Integer(), nullable=False),
    sa.Column('allocation_order', sa.String(length=120), nullable=False),
    sa.Column('enforcement_order', sa.String(length=120), nullable=False),
    sa.Column('contract_sha256', sa.String(length=64), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('disbursed_on', sa.Date(), nullable=True),
    sa.Column('defaulted_on', sa.Date(), nullable=True),
    sa.Column('claimed_on', sa.Date(), nullable=True),
    sa.Column('written_off_on', sa.Date(), nullable=True),
    sa.Column('repaid_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('watch_cause', sa.String(length=200), nullable=False),
    sa.Column('held_by_order', sa.String(length=60), nullable=False),
    sa.Column('drawn_minor', sa.BigInteger(), nullable=False),
    sa.Column('drawn_currency', sa.String(length=3), nullable=False),
    sa.Column('outstanding_minor', sa.BigInteger(), nullable=False),
    sa.Column('outstanding_currency', sa.String(length=3), nullable=False),
    sa.Column('arrears_minor', sa.BigInteger(), nullable=False),
    sa.Column('arrears_currency', sa.String(length=3), nullable=False),
    sa.Column('overdue_since', sa.Date(), nullable=True),
    sa.Column('next_due_on', sa.Date(), nullable=True),
    sa.Column('next_due_minor', sa.BigInteger(), nullable=True),
    sa.Column('next_due_currency', sa.String(length=3), nullable=True),
    sa.Column('risk_class', sa.String(length=40), nullable=False),
    sa.Column('class_floor', sa.String(length=40), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('nonaccrual', sa.Boolean(), nullable=False),
    sa.Column('journals', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("arrears_minor IS NULL OR typeof(arrears_minor) = 'integer'", name=op.f('ck_loan_arrears_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("business_day_rule IN ('none', 'following', 'modified_following')", name=op.f('ck_loan_business_day_rule')),
    sa.CheckConstraint("class_floor IN ('pass', 'special_mention', 'substandard', 'doubtful', 'loss')", name=op.f('ck_loan_class_floor')),
    sa.CheckConstraint("day_count IN ('ACT/360', 'ACT/365', '30/360')", name=op.f('ck_loan_day_count')),
    sa.CheckConstraint("drawn_minor IS NULL OR typeof(drawn_minor) = 'integer'", name=op.f('ck_loan_drawn_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("due_rule IN ('same_day', 'last_day_of_month', 'day_of_month', 'quarterly', 'at_maturity')", name=op.f('ck_loan_due_rule')),
    sa.CheckConstraint("instalment_rounding IN ('half_up', 'half_even', 'ceil')", name=op.f('ck_loan_instalment_rounding')),
    sa.CheckConstraint("interest_basis IN ('monthly', 'actual')", name=op.f('ck_loan_interest_basis')),
    sa.CheckConstraint("interest_rounding IN ('half_up', 'half_even', 'ceil')", name=op.f('ck_loan_interest_rounding')),
    sa.CheckConstraint("method IN ('equal_instalment', 'equal_principal', 'interest_only', 'bullet', 'flat', 'custom')", name=op.f('ck_loan_method')),
    sa.CheckConstraint("next_due_minor IS NULL OR typeof(next_due_minor) = 'integer'", name=op.f('ck_loan_next_due_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("outstanding_minor IS NULL OR typeof(outstanding_minor) = 'integer'", name=op.f('ck_loan_outstanding_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("principal_minor IS NULL OR typeof(principal_minor) = 'integer'", name=op.f('ck_loan_principal_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("purpose IN ('working_capital', 'research', 'equipment', 'industrialisation')", name=op.f('ck_loan_purpose')),
    sa.CheckConstraint("rate_kind IN ('fixed', 'lpr')", name=op.f('ck_loan_rate_kind')),
    sa.CheckConstraint("reprice_rule IN ('on_publication', 'yearly_on_anniversary', 'first_of_january', 'each_due_date', 'never')", name=op.f('ck_loan_reprice_rule')),
    sa.CheckConstraint("risk_class IN ('pass', 'special_mention', 'substandard', 'doubtful', 'loss')", name=op.f('ck_loan_risk_class')),
    sa.CheckConstraint("state IN ('drafted', 'approved', 'declined', 'lapsed', 'signed', 'cancelled', 'active', 'watch', 'overdue', 'defaulted', 'compensated', 'repaid', 'closed', 'written_off')", name=op.f('ck_loan_state')),
    sa.CheckConstraint('outstanding_minor >= 0 AND outstanding_minor <= drawn_minor', name=op.f('ck_loan_outstanding')),
    sa.CheckConstraint('periods BETWEEN 1 AND 360', name=op.f('ck_loan_periods')),
    sa.CheckConstraint('principal_minor > 0', name=op.f('ck_loan_principal')),
    sa.CheckConstraint('rate_e4 BETWEEN 0 AND 360000', name=op.f('ck_loan_rate')),
    sa.CheckConstraint('stage BETWEEN 1 AND 3', name=op.f('ck_loan_stage')),
    sa.ForeignKeyConstraint(['borrower_id'], ['organisation.id'], name=op.f('fk_loan_borrower_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_loan_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_loan_pledge_id_pledge')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan')),
    sa.UniqueConstraint('number', name=op.f('uq_loan_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_loan_public_id'))
    )
    op.create_index(op.f('ix_loan_borrower_id'), 'loan', ['borrower_id'], unique=False)
    op.create_index(op.f('ix_loan_next_due_on'), 'loan', ['next_due_on'], unique=False)
    op.create_index(op.f('ix_loan_organisation_id'), 'loan', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_loan_pledge_id'), 'loan', ['pledge_id'], unique=False)
    op.create_index(op.f('ix_loan_state'), 'loan', ['state'], unique=False)
    op.create_table('loan_charge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('component', sa.String(length=40), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('memo', sa.String(length=200), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_loan_charge_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("component IN ('fee', 'cost')", name=op.f('ck_loan_charge_component')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_loan_charge_amount')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_charge_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_charge'))
    )
    op.create_index(op.f('ix_loan_charge_loan_id'), 'loan_charge', ['loan_id'], unique=False)
    op.create_table('loan_condition',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('terms_sha256', sa.String(length=64), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('met_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('guarantee_approved', 'reguarantee_approved', 'guarantee_signed', 'reguarantee_effective', 'guarantor_consent', 'reguarantor_consent')", name=op.f('ck_loan_condition_kind')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_condition_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_condition')),
    sa.UniqueConstraint('loan_id', 'kind', 'terms_sha256', name=op.f('uq_loan_condition_loan_id_kind_terms_sha256'))
    )
    op.create_index(op.f('ix_loan_condition_loan_id'), 'loan_condition', ['loan_id'], unique=False)
    op.create_table('loan_demand',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('component', sa.String(length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('payable_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('open_minor', sa.BigInteger(), nullable=False),
    sa.Column('open_currency', sa.String(length=3), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_loan_demand_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("component IN ('cost', 'fee', 'interest', 'compound', 'penalty', 'principal')", name=op.f('ck_loan_demand_component')),
    sa.CheckConstraint("open_minor IS NULL OR typeof(open_minor) = 'integer'", name=op.f('ck_loan_demand_open_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_demand_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_demand')),
    sa.UniqueConstraint('loan_id', 'key', name=op.f('uq_loan_demand_loan_id_key'))
    )
    op.create_index(op.f('ix_loan_demand_loan_id'), 'loan_demand', ['loan_id'], unique=False)
    op.create_table('loan_drawing',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=False),
    sa.Column('payee', sa.String(length=200), nullable=False),
    sa.Column('deducted_minor', sa.BigInteger(), nullable=False),
    sa.Column('deducted_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_loan_drawing_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("deducted_minor IS NULL OR typeof(deducted_minor) = 'integer'", name=op.f('ck_loan_drawing_deducted_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_loan_drawing_amount')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_drawing_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_drawing')),
    sa.UniqueConstraint('loan_id', 'n', name=op.f('uq_loan_drawing_loan_id_n'))
    )
    op.create_index(op.f('ix_loan_drawing_loan_id'), 'loan_drawing', ['loan_id'], unique=False)
    op.create_table('loan_party',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.CheckConstraint("role IN ('guarantor', 'reguarantor', 'pool', 'party')", name=op.f('ck_loan_party_role')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_party_loan_id_loan')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_loan_party_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_party')),
    sa.UniqueConstraint('loan_id', 'organisation_id', 'role', name=op.f('uq_loan_party_loan_id_organisation_id_role'))
    )
    op.create_index(op.f('ix_loan_party_loan_id'), 'loan_party', ['loan_id'], unique=False)
    op.create_index(op.f('ix_loan_party_organisation_id'), 'loan_party', ['organisation_id'], unique=False)
    op.create_table('loan_recovery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_loan_recovery_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("kind IN ('recourse', 'written_off')", name=op.f('ck_loan_recovery_kind')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_loan_recovery_amount')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_recovery_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_recovery')),
    sa.UniqueConstraint('loan_id', 'reference', name=op.f('uq_loan_recovery_loan_id_reference'))
    )
    op.create_index(op.f('ix_loan_recovery_loan_id'), 'loan_recovery', ['loan_id'], unique=False)
    op.create_table('loan_refund',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_loan_refund_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_loan_refund_amount')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_refund_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_refund'))
    )
    op.create_index(op.f('ix_loan_refund_loan_id'), 'loan_refund', ['loan_id'], unique=False)
    op.create_table('loan_schedule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_schedule_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_schedule')),
    sa.UniqueConstraint('loan_id', 'revision', name=op.f('uq_loan_schedule_loan_id_revision'))
    )
    op.create_index(op.f('ix_loan_schedule_loan_id'), 'loan_schedule', ['loan_id'], unique=False)
    op.create_table('loan_signature',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('party', sa.String(length=20), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=False),
    sa.Column('signer_name', sa.String(length=200), nullable=False),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_signature_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_signature')),
    sa.UniqueConstraint('loan_id', 'party', name=op.f('uq_loan_signature_loan_id_party'))
    )
    op.create_index(op.f('ix_loan_signature_loan_id'), 'loan_signature', ['loan_id'], unique=False)
    op.create_table('payment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('fixed_principal_minor', sa.BigInteger(), nullable=False),
    sa.Column('payer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('bank_reference', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('reversed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reversal_reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_payment_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("fixed_principal_minor IS NULL OR typeof(fixed_principal_minor) = 'integer'", name=op.f('ck_payment_fixed_principal_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("purpose IN ('due', 'reduce_number', 'reduce_instalment', 'pay_off', 'compensation')", name=op.f('ck_payment_purpose')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payment_amount')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_payment_loan_id_loan')),
    sa.ForeignKeyConstraint(['payer_id'], ['organisation.id'], name=op.f('fk_payment_payer_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('loan_id', 'bank_reference', name=op.f('uq_payment_loan_id_bank_reference')),
    sa.UniqueConstraint('public_id', name=op.f('uq_payment_public_id'))
    )
    op.create_index(op.f('ix_payment_loan_id'), 'payment', ['loan_id'], unique=False)
    op.create_table('rate_fixing',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('rate_e4', sa.Integer(), nullable=False),
    sa.Column('quoted_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_rate_fixing_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rate_fixing')),
    sa.UniqueConstraint('loan_id', 'from_on', name=op.f('uq_rate_fixing_loan_id_from_on'))
    )
    op.create_index(op.f('ix_rate_fixing_loan_id'), 'rate_fixing', ['loan_id'], unique=False)
    op.create_table('restructuring',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('terms_sha256', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_restructuring_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restructuring'))
    )
    op.create_index(op.f('ix_restructuring_loan_id'), 'restructuring', ['loan_id'], unique=False)
    op.create_table('shortfall',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('legal_from', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('ratio_bp', sa.Integer(), nullable=True),
    sa.Column('cause', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('cured_on', sa.Date(), nullable=True),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_shortfall_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('open', 'cured', 'absorbed')", name=op.f('ck_shortfall_state')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_shortfall_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shortfall'))
    )
    op.create_index(op.f('ix_shortfall_loan_id'), 'shortfall', ['loan_id'], unique=False)
    op.create_table('write_off',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('written_on', sa.Date(), nullable=False),
    sa.Column('principal_minor', sa.BigInteger(), nullable=False),
    sa.Column('principal_currency', sa.String(length=3), nullable=False),
    sa.Column('interest_minor', sa.BigInteger(), nullable=False),
    sa.Column('interest_currency', sa.String(length=3), nullable=False),
    sa.Column('penalty_minor', sa.BigInteger(), nullable=False),
    sa.Column('penalty_currency', sa.String(length=3), nullable=False),
    sa.Column('fees_minor', sa.BigInteger(), nullable=False),
    sa.Column('fees_currency', sa.String(length=3), nullable=False),
    sa.Column('resolution_sha256', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("fees_minor IS NULL OR typeof(fees_minor) = 'integer'", name=op.f('ck_write_off_fees_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("interest_minor IS NULL OR typeof(interest_minor) = 'integer'", name=op.f('ck_write_off_interest_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("penalty_minor IS NULL OR typeof(penalty_minor) = 'integer'", name=op.f('ck_write_off_penalty_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("principal_minor IS NULL OR typeof(principal_minor) = 'integer'", name=op.f('ck_write_off_principal_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_write_off_loan_id_loan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_write_off')),
    sa.UniqueConstraint('loan_id', name=op.f('uq_write_off_loan_id'))
    )
    op.create_table('instalment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('schedule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('due_unadjusted', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('principal_minor', sa.BigInteger(), nullable=False),
    sa.Column('principal_currency', sa.String(length=3), nullable=False),
    sa.Column('interest_minor', sa.BigInteger(), nullable=False),
    sa.Column('interest_currency', sa.String(length=3), nullable=False),
    sa.Column('balance_minor', sa.BigInteger(), nullable=False),
    sa.Column('balance_currency', sa.String(length=3), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.CheckConstraint("balance_minor IS NULL OR typeof(balance_minor) = 'integer'", name=op.f('ck_instalment_balance_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("interest_minor IS NULL OR typeof(interest_minor) = 'integer'", name=op.f('ck_instalment_interest_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("principal_minor IS NULL OR typeof(principal_minor) = 'integer'", name=op.f('ck_instalment_principal_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['schedule_id'], ['loan_schedule.id'], name=op.f('fk_instalment_schedule_id_loan_schedule')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instalment'))
    )
    op.create_index(op.f('ix_instalment_schedule_id'), 'instalment', ['schedule_id'], unique=False)
    op.create_table('loan_allocation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('demand_key', sa.String(length=80), nullable=False),
    sa.Column('component', sa.String(length=40), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_loan_allocation_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("component IN ('cost', 'fee', 'interest', 'compound', 'penalty', 'principal')", name=op.f('ck_loan_allocation_component')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_loan_allocation_loan_id_loan')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_loan_allocation_payment_id_payment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_allocation'))
    )
    op.create_index(op.f('ix_loan_allocation_loan_id'), 'loan_allocation', ['loan_id'], unique=False)
    op.create_index(op.f('ix_loan_allocation_payment_id'), 'loan_allocation', ['payment_id'], unique=False)
    op.create_table('collateral_mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('value_minor', sa.BigInteger(), nullable=False),
    sa.Column('value_currency', sa.String(length=3), nullable=False),
    sa.Column('cap_bp', sa.Integer(), nullable=False),
    sa.Column('cover_minor', sa.BigInteger(), nullable=False),
    sa.Column('cover_currency', sa.String(length=3), nullable=False),
    sa.Column('cause', sa.String(length=60), nullable=False),
    sa.CheckConstraint("cover_minor IS NULL OR typeof(cover_minor) = 'integer'", name=op.f('ck_collateral_mark_cover_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("value_minor IS NULL OR typeof(value_minor) = 'integer'", name=op.f('ck_collateral_mark_value_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_collateral_mark_loan_id_loan')),
    sa.ForeignKeyConstraint(['pledge_item_id'], ['pledge_item.id'], name=op.f('fk_collateral_mark_pledge_item_id_pledge_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collateral_mark'))
    )
    op.create_index(op.f('ix_collateral_mark_loan_id'), 'collateral_mark', ['loan_id'], unique=False)
    op.create_index(op.f('ix_collateral_mark_pledge_item_id'), 'collateral_mark', ['pledge_item_id'], unique=False)
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
    op.drop_table('collateral_mark')
    op.drop_table('loan_allocation')
    op.drop_table('instalment')
    op.drop_table('write_off')
    op.drop_table('shortfall')
    op.drop_table('restructuring')
    op.drop_table('rate_fixing')
    op.drop_table('payment')
    op.drop_table('loan_signature')
    op.drop_table('loan_schedule')
    op.drop_table('loan_refund')
    op.drop_table('loan_recovery')
    op.drop_table('loan_party')
    op.drop_table('loan_drawing')
    op.drop_table('loan_demand')
    op.drop_table('loan_condition')
    op.drop_table('loan_charge')
    op.drop_table('loan')
    op.drop_table('lpr_quote')
