"""Tables of finance.financing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0749_financing'
down_revision = '20261125_0748_guarantees'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_case_paper_no_update BEFORE UPDATE ON case_paper BEGIN SELECT RAISE(ABORT, 'append_only: case_paper'); END"),
    ('postgresql', 'CREATE TRIGGER tr_case_paper_no_update BEFORE UPDATE ON case_paper FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_case_paper_no_delete BEFORE DELETE ON case_paper BEGIN SELECT RAISE(ABORT, 'append_only: case_paper'); END"),
    ('postgresql', 'CREATE TRIGGER tr_case_paper_no_delete BEFORE DELETE ON case_paper FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_case_check_no_update BEFORE UPDATE ON case_check BEGIN SELECT RAISE(ABORT, 'append_only: case_check'); END"),
    ('postgresql', 'CREATE TRIGGER tr_case_check_no_update BEFORE UPDATE ON case_check FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_case_check_no_delete BEFORE DELETE ON case_check BEGIN SELECT RAISE(ABORT, 'append_only: case_check'); END"),
    ('postgresql', 'CREATE TRIGGER tr_case_check_no_delete BEFORE DELETE ON case_check FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
)


def upgrade() -> None:
    op.create_table('financing_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('route', sa.String(length=40), nullable=False),
    sa.Column('pledgee', sa.String(length=40), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('term_months', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('purpose_note', sa.String(length=500), nullable=False),
    sa.Column('bank_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guarantor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('scheme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('guarantee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('loan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submitted_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('contract_sha256', sa.String(length=64), nullable=False),
    sa.Column('contract_code', sa.String(length=20), nullable=False),
    sa.Column('contract_round', sa.Integer(), nullable=False),
    sa.Column('application_code', sa.String(length=20), nullable=False),
    sa.Column('archive_code', sa.String(length=20), nullable=False),
    sa.Column('frozen_order', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(route = 'direct') = (guarantor_id IS NULL)", name=op.f('ck_financing_case_guarantor')),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_financing_case_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("pledgee IN ('bank', 'guarantor')", name=op.f('ck_financing_case_pledgee')),
    sa.CheckConstraint("purpose IN ('working_capital', 'research', 'equipment', 'industrialisation')", name=op.f('ck_financing_case_purpose')),
    sa.CheckConstraint("route <> 'direct' OR pledgee = 'bank'", name=op.f('ck_financing_case_pledgee_of_route')),
    sa.CheckConstraint("route IN ('direct', 'guaranteed', 'reguaranteed')", name=op.f('ck_financing_case_route')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'accepted', 'lapsed', 'cancelled', 'closed')", name=op.f('ck_financing_case_state')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_financing_case_amount')),
    sa.CheckConstraint('term_months BETWEEN 1 AND 36', name=op.f('ck_financing_case_term')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_financing_case_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['bank_id'], ['organisation.id'], name=op.f('fk_financing_case_bank_id_organisation')),
    sa.ForeignKeyConstraint(['guarantee_id'], ['guarantee.id'], name=op.f('fk_financing_case_guarantee_id_guarantee')),
    sa.ForeignKeyConstraint(['guarantor_id'], ['organisation.id'], name=op.f('fk_financing_case_guarantor_id_organisation')),
    sa.ForeignKeyConstraint(['loan_id'], ['loan.id'], name=op.f('fk_financing_case_loan_id_loan')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_financing_case_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_financing_case_pledge_id_pledge')),
    sa.ForeignKeyConstraint(['scheme_id'], ['scheme.id'], name=op.f('fk_financing_case_scheme_id_scheme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_financing_case')),
    sa.UniqueConstraint('number', name=op.f('uq_financing_case_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_financing_case_public_id'))
    )
    op.create_index(op.f('ix_financing_case_appraisal_id'), 'financing_case', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_financing_case_bank_id'), 'financing_case', ['bank_id'], unique=False)
    op.create_index(op.f('ix_financing_case_guarantee_id'), 'financing_case', ['guarantee_id'], unique=False)
    op.create_index(op.f('ix_financing_case_guarantor_id'), 'financing_case', ['guarantor_id'], unique=False)
    op.create_index(op.f('ix_financing_case_loan_id'), 'financing_case', ['loan_id'], unique=False)
    op.create_index(op.f('ix_financing_case_organisation_id'), 'financing_case', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_financing_case_pledge_id'), 'financing_case', ['pledge_id'], unique=False)
    op.create_index(op.f('ix_financing_case_scheme_id'), 'financing_case', ['scheme_id'], unique=False)
    op.create_index(op.f('ix_financing_case_state'), 'financing_case', ['state'], unique=False)
    op.create_table('case_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_no', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['financing_case.id'], name=op.f('fk_case_check_case_id_financing_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_check'))
    )
    op.create_index('ix_case_check_case_round', 'case_check', ['case_id', 'round_no'], unique=False)
    op.create_table('case_hat',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('identity', sa.String(length=80), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['financing_case.id'], name=op.f('fk_case_hat_case_id_financing_case')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_case_hat_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_hat')),
    sa.UniqueConstraint('case_id', 'identity', name=op.f('uq_case_hat_case_id_identity'))
    )
    op.create_index(op.f('ix_case_hat_case_id'), 'case_hat', ['case_id'], unique=False)
    op.create_table('case_paper',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('attachment_id', sa.String(length=16), nullable=False),
    sa.Column('added_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('licence', 'statements_last', 'statements_before', 'resolution', 'credit_authorisation', 'purpose_proof', 'coowner_consent', 'other')", name=op.f('ck_case_paper_kind')),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_case_paper_added_by_person')),
    sa.ForeignKeyConstraint(['case_id'], ['financing_case.id'], name=op.f('fk_case_paper_case_id_financing_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_paper'))
    )
    op.create_index(op.f('ix_case_paper_case_id'), 'case_paper', ['case_id'], unique=False)
    op.create_table('case_patent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['financing_case.id'], name=op.f('fk_case_patent_case_id_financing_case')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_case_patent_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_patent')),
    sa.UniqueConstraint('case_id', 'patent_id', name=op.f('uq_case_patent_case_id_patent_id'))
    )
    op.create_index(op.f('ix_case_patent_case_id'), 'case_patent', ['case_id'], unique=False)
    op.create_index(op.f('ix_case_patent_patent_id'), 'case_patent', ['patent_id'], unique=False)
    op.create_table('case_remark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['financing_case.id'], name=op.f('fk_case_remark_case_id_financing_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_remark'))
    )
    op.create_index(op.f('ix_case_remark_case_id'), 'case_remark', ['case_id'], unique=False)
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
    op.drop_table('case_remark')
    op.drop_table('case_patent')
    op.drop_table('case_paper')
    op.drop_table('case_hat')
    op.drop_table('case_check')
    op.drop_table('financing_case')
