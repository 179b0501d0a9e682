"""Tables of scorecards and of batches, and where a case, a guarantee and a pledged item name a scorecard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0945_scorecards'
down_revision = '20261125_0942_appraisal_papers'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_appraisal_batch_version_no_update BEFORE UPDATE ON appraisal_batch_version BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_batch_version'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_batch_version_no_update BEFORE UPDATE ON appraisal_batch_version FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_appraisal_batch_version_no_delete BEFORE DELETE ON appraisal_batch_version BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_batch_version'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_batch_version_no_delete BEFORE DELETE ON appraisal_batch_version FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE UNIQUE INDEX uq_appraisal_batch_running ON appraisal_batch (organisation_id) WHERE state IN ('queued', 'running')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_appraisal_batch_running ON appraisal_batch (organisation_id) WHERE state IN ('queued', 'running')"),
    ('sqlite', "CREATE UNIQUE INDEX uq_scorecard_scheme_in_force ON scorecard_scheme (scheme) WHERE state = 'in_force'"),
    ('postgresql', "CREATE UNIQUE INDEX uq_scorecard_scheme_in_force ON scorecard_scheme (scheme) WHERE state = 'in_force'"),
    ('sqlite', "CREATE UNIQUE INDEX uq_scorecard_review_live ON scorecard_review (scorecard_id, organisation_id) WHERE state IN ('open', 'accepted')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_scorecard_review_live ON scorecard_review (scorecard_id, organisation_id) WHERE state IN ('open', 'accepted')"),
    ('sqlite', 'CREATE UNIQUE INDEX uq_scorecard_share_live ON scorecard_share (scorecard_id, organisation_id) WHERE revoked_at IS NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_scorecard_share_live ON scorecard_share (scorecard_id, organisation_id) WHERE revoked_at IS NULL'),
)


NAMING = ("financing_case", "guarantee", "pledge_item")


def name_scorecards() -> None:
    """SQLite adds no constraint to a table that stands, so the reference is written at its column on both databases."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in NAMING:
        constraint = f"CONSTRAINT fk_{table}_scorecard_id_scorecard REFERENCES scorecard (id)"
        op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN scorecard_id {kind} {constraint}"))
    op.create_index("ix_financing_case_scorecard_id", "financing_case", ["scorecard_id"], unique=False)


def forget_scorecards() -> None:
    """The columns go before the table that they name."""
    op.drop_index("ix_financing_case_scorecard_id", table_name="financing_case")
    for table in NAMING:
        op.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN scorecard_id"))


def upgrade() -> None:
    op.create_table('appraisal_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('origin', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('valuation_date', sa.Date(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('rows_good', sa.Integer(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('run_no', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('good_only', sa.Boolean(), nullable=False),
    sa.Column('input_sha256', sa.String(length=64), nullable=False),
    sa.Column('current_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('running_job', sa.String(length=40), nullable=False),
    sa.Column('failure', sa.String(length=200), nullable=False),
    sa.Column('report_sha256', sa.String(length=64), nullable=False),
    sa.Column('report_pages', sa.Integer(), nullable=True),
    sa.Column('started_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("origin IN ('selection', 'file')", name=op.f('ck_appraisal_batch_origin')),
    sa.CheckConstraint("state IN ('uploaded', 'checked', 'queued', 'running', 'done', 'cancelled', 'failed')", name=op.f('ck_appraisal_batch_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_batch_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['started_by'], ['person.id'], name=op.f('fk_appraisal_batch_started_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_batch')),
    sa.UniqueConstraint('number', name=op.f('uq_appraisal_batch_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_batch_public_id'))
    )
    op.create_index(op.f('ix_appraisal_batch_organisation_id'), 'appraisal_batch', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_appraisal_batch_state'), 'appraisal_batch', ['state'], unique=False)
    op.create_table('scorecard',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scorer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('requested_minor', sa.BigInteger(), nullable=False),
    sa.Column('requested_currency', sa.String(length=3), nullable=False),
    sa.Column('term_months', sa.Integer(), nullable=False),
    sa.Column('holder_consent', sa.String(length=200), nullable=False),
    sa.Column('commissioned_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('officer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('scored_on', sa.Date(), nullable=True),
    sa.Column('edition', sa.Integer(), nullable=True),
    sa.Column('request_json', sa.LargeBinary(), nullable=True),
    sa.Column('result_json', sa.LargeBinary(), nullable=True),
    sa.Column('result_sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('valid_through', sa.Date(), nullable=True),
    sa.Column('retain_until', sa.Date(), nullable=True),
    sa.Column('verification_code', sa.String(length=20), nullable=True),
    sa.Column('audit_head', sa.String(length=80), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('revaluation_reason', sa.String(length=200), nullable=False),
    sa.Column('revaluation_since', sa.Date(), nullable=True),
    sa.Column('running_job', sa.String(length=40), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("requested_minor IS NULL OR typeof(requested_minor) = 'integer'", name=op.f('ck_scorecard_requested_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("scheme IN ('pvd', 'gbt42748')", name=op.f('ck_scorecard_scheme')),
    sa.CheckConstraint("state IN ('drafting', 'declined', 'cancelled', 'submitted', 'sealing', 'issued', 'withdrawn', 'superseded', 'expired')", name=op.f('ck_scorecard_state')),
    sa.CheckConstraint('confirmer_id IS NULL OR confirmer_id <> officer_id', name=op.f('ck_scorecard_two_signatories')),
    sa.CheckConstraint('requested_minor > 0', name=op.f('ck_scorecard_requested')),
    sa.ForeignKeyConstraint(['commissioned_by'], ['person.id'], name=op.f('fk_scorecard_commissioned_by_person')),
    sa.ForeignKeyConstraint(['confirmer_id'], ['person.id'], name=op.f('fk_scorecard_confirmer_id_person')),
    sa.ForeignKeyConstraint(['holder_id'], ['organisation.id'], name=op.f('fk_scorecard_holder_id_organisation')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_scorecard_officer_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_scorecard_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['scorer_id'], ['organisation.id'], name=op.f('fk_scorecard_scorer_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard')),
    sa.UniqueConstraint('number', name=op.f('uq_scorecard_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_scorecard_public_id')),
    sa.UniqueConstraint('verification_code', name=op.f('uq_scorecard_verification_code'))
    )
    op.create_index(op.f('ix_scorecard_holder_id'), 'scorecard', ['holder_id'], unique=False)
    op.create_index(op.f('ix_scorecard_organisation_id'), 'scorecard', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_scorecard_scorer_id'), 'scorecard', ['scorer_id'], unique=False)
    op.create_index(op.f('ix_scorecard_state'), 'scorecard', ['state'], unique=False)
    op.create_index(op.f('ix_scorecard_valid_through'), 'scorecard', ['valid_through'], unique=False)
    op.create_table('scorecard_scheme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('groups', sa.JSON(), nullable=False),
    sa.Column('seconds', sa.JSON(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('bands', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('adopted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('in_force_from', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("scheme IN ('pvd', 'gbt42748')", name=op.f('ck_scorecard_scheme_scheme')),
    sa.CheckConstraint("state IN ('draft', 'in_force', 'retired')", name=op.f('ck_scorecard_scheme_state')),
    sa.CheckConstraint('adopted_by IS NULL OR adopted_by <> proposed_by', name=op.f('ck_scorecard_scheme_two_persons')),
    sa.ForeignKeyConstraint(['adopted_by'], ['person.id'], name=op.f('fk_scorecard_scheme_adopted_by_person')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_scorecard_scheme_proposed_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_scheme')),
    sa.UniqueConstraint('public_id', name=op.f('uq_scorecard_scheme_public_id')),
    sa.UniqueConstraint('scheme', 'edition', name='uq_scorecard_scheme_edition')
    )
    op.create_index(op.f('ix_scorecard_scheme_state'), 'scorecard_scheme', ['state'], unique=False)
    op.create_table('appraisal_batch_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('request_json', sa.LargeBinary(), nullable=False),
    sa.Column('result_json', sa.LargeBinary(), nullable=False),
    sa.Column('request_sha256', sa.String(length=64), nullable=False),
    sa.Column('result_sha256', sa.String(length=64), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('seed', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_appraisal_batch_version_author_id_person')),
    sa.ForeignKeyConstraint(['batch_id'], ['appraisal_batch.id'], name=op.f('fk_appraisal_batch_version_batch_id_appraisal_batch')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_batch_version_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_batch_version')),
    sa.UniqueConstraint('batch_id', 'number', name='uq_appraisal_batch_version_number'),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_batch_version_public_id'))
    )
    op.create_index(op.f('ix_appraisal_batch_version_batch_id'), 'appraisal_batch_version', ['batch_id'], unique=False)
    op.create_index(op.f('ix_appraisal_batch_version_organisation_id'), 'appraisal_batch_version', ['organisation_id'], unique=False)
    op.create_table('scorecard_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scorecard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=False),
    sa.Column('officer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('own_reason', sa.Text(), nullable=False),
    sa.Column('haircut_bp', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('open', 'accepted', 'rejected', 'superseded')", name=op.f('ck_scorecard_review_state')),
    sa.CheckConstraint('approver_id IS NULL OR approver_id <> officer_id', name=op.f('ck_scorecard_review_two_persons')),
    sa.CheckConstraint('haircut_bp IS NULL OR haircut_bp BETWEEN 0 AND 10000', name=op.f('ck_scorecard_review_haircut_bp')),
    sa.ForeignKeyConstraint(['approver_id'], ['person.id'], name=op.f('fk_scorecard_review_approver_id_person')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_scorecard_review_officer_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_scorecard_review_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_review_scorecard_id_scorecard')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_review')),
    sa.UniqueConstraint('public_id', name=op.f('uq_scorecard_review_public_id'))
    )
    op.create_index(op.f('ix_scorecard_review_organisation_id'), 'scorecard_review', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_scorecard_review_scorecard_id'), 'scorecard_review', ['scorecard_id'], unique=False)
    op.create_index(op.f('ix_scorecard_review_state'), 'scorecard_review', ['state'], unique=False)
    op.create_table('scorecard_share',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scorecard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('granted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_scorecard_share_granted_by_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_scorecard_share_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_share_scorecard_id_scorecard')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_share'))
    )
    op.create_index(op.f('ix_scorecard_share_organisation_id'), 'scorecard_share', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_scorecard_share_scorecard_id'), 'scorecard_share', ['scorecard_id'], unique=False)
    op.create_table('appraisal_batch_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('patent_number', sa.String(length=60), nullable=False),
    sa.Column('given', sa.JSON(), nullable=False),
    sa.Column('parsed', sa.JSON(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.Column('fault_count', sa.Integer(), nullable=False),
    sa.Column('run_no', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('value_minor', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("value_minor IS NULL OR typeof(value_minor) = 'integer'", name=op.f('ck_appraisal_batch_row_value_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('number >= 1', name=op.f('ck_appraisal_batch_row_number')),
    sa.ForeignKeyConstraint(['batch_id'], ['appraisal_batch.id'], name=op.f('fk_appraisal_batch_row_batch_id_appraisal_batch')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_appraisal_batch_row_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_batch_row')),
    sa.UniqueConstraint('batch_id', 'number', name='uq_appraisal_batch_row_number')
    )
    op.create_index('ix_appraisal_batch_row_run', 'appraisal_batch_row', ['batch_id', 'fault_count', 'run_no'], unique=False)
    op.create_index('ix_appraisal_batch_row_value', 'appraisal_batch_row', ['batch_id', 'value_minor'], unique=False)
    op.create_table('scorecard_mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scorecard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=False),
    sa.Column('score', sa.String(length=10), nullable=False),
    sa.Column('evidence_kind', sa.String(length=40), nullable=False),
    sa.Column('evidence_ref', sa.String(length=300), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("evidence_kind = '' OR evidence_kind IN ('register', 'publication', 'search-report', 'contract', 'audited-accounts', 'site-visit', 'market-source', 'appraiser-judgement')", name=op.f('ck_scorecard_mark_evidence_kind')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_scorecard_mark_entered_by_person')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_scorecard_mark_patent_id_patent')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_mark_scorecard_id_scorecard')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_mark')),
    sa.UniqueConstraint('scorecard_id', 'patent_id', 'indicator', name='uq_scorecard_mark_once')
    )
    op.create_index(op.f('ix_scorecard_mark_scorecard_id'), 'scorecard_mark', ['scorecard_id'], unique=False)
    op.create_table('scorecard_patent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scorecard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('score_bp', sa.Integer(), nullable=True),
    sa.Column('band', sa.String(length=1), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.CheckConstraint('score_bp IS NULL OR score_bp BETWEEN 0 AND 10000', name=op.f('ck_scorecard_patent_score_bp')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_scorecard_patent_patent_id_patent')),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecard.id'], name=op.f('fk_scorecard_patent_scorecard_id_scorecard')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_patent')),
    sa.UniqueConstraint('scorecard_id', 'patent_id', name='uq_scorecard_patent_once')
    )
    op.create_index(op.f('ix_scorecard_patent_patent_id'), 'scorecard_patent', ['patent_id'], unique=False)
    op.create_index(op.f('ix_scorecard_patent_scorecard_id'), 'scorecard_patent', ['scorecard_id'], unique=False)
    op.create_table('scorecard_value',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('own_value_minor', sa.BigInteger(), nullable=False),
    sa.Column('own_value_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("own_value_minor IS NULL OR typeof(own_value_minor) = 'integer'", name=op.f('ck_scorecard_value_own_value_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('own_value_minor >= 0', name=op.f('ck_scorecard_value_own_value')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_scorecard_value_patent_id_patent')),
    sa.ForeignKeyConstraint(['review_id'], ['scorecard_review.id'], name=op.f('fk_scorecard_value_review_id_scorecard_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_value')),
    sa.UniqueConstraint('review_id', 'patent_id', name='uq_scorecard_value_once')
    )
    op.create_index(op.f('ix_scorecard_value_review_id'), 'scorecard_value', ['review_id'], unique=False)
    name_scorecards()
    dialect = op.get_bind().dialect.name
    if FUNCTION and dialect == "postgresql":
        op.execute(sa.text(FUNCTION))
    for database, statement in TRIGGERS:
        if database == dialect:
            op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    forget_scorecards()
    for database, statement in TRIGGERS:
        if database == op.get_bind().dialect.name and statement.startswith("CREATE VIRTUAL TABLE"):
            op.execute(sa.text("DROP TABLE " + statement.split()[3]))
        if database == op.get_bind().dialect.name and statement.startswith("ALTER TABLE"):
            op.drop_constraint(statement.split()[5], statement.split()[2])
    op.drop_table('scorecard_value')
    op.drop_table('scorecard_patent')
    op.drop_table('scorecard_mark')
    op.drop_table('appraisal_batch_row')
    op.drop_table('scorecard_share')
    op.drop_table('scorecard_review')
    op.drop_table('appraisal_batch_version')
    op.drop_table('scorecard_scheme')
    op.drop_table('scorecard')
    op.drop_table('appraisal_batch')
