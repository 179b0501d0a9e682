"""Tables of appraisals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0742_appraisals'
down_revision = '20261125_0741_ledger'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_appraisal_version_no_update BEFORE UPDATE ON appraisal_version BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_version'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_version_no_update BEFORE UPDATE ON appraisal_version FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_appraisal_version_no_delete BEFORE DELETE ON appraisal_version BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_version'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_version_no_delete BEFORE DELETE ON appraisal_version FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_appraisal_document_no_update BEFORE UPDATE ON appraisal_document BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_document'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_document_no_update BEFORE UPDATE ON appraisal_document FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_appraisal_document_no_delete BEFORE DELETE ON appraisal_document BEGIN SELECT RAISE(ABORT, 'append_only: appraisal_document'); END"),
    ('postgresql', 'CREATE TRIGGER tr_appraisal_document_no_delete BEFORE DELETE ON appraisal_document FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE UNIQUE INDEX uq_appraisal_successor ON appraisal (supersedes_id) WHERE supersedes_id IS NOT NULL AND state NOT IN ('declined', 'cancelled')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_appraisal_successor ON appraisal (supersedes_id) WHERE supersedes_id IS NOT NULL AND state NOT IN ('declined', 'cancelled')"),
    ('sqlite', 'CREATE UNIQUE INDEX uq_appraisal_share_live ON appraisal_share (appraisal_id, organisation_id) WHERE revoked_at IS NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_appraisal_share_live ON appraisal_share (appraisal_id, organisation_id) WHERE revoked_at IS NULL'),
    ('sqlite', "CREATE UNIQUE INDEX uq_appraisal_review_live ON appraisal_review (document_id, organisation_id) WHERE state IN ('open', 'queried', 'accepted')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_appraisal_review_live ON appraisal_review (document_id, organisation_id) WHERE state IN ('open', 'queried', 'accepted')"),
    ('sqlite', 'CREATE UNIQUE INDEX uq_appraisal_signature_person ON appraisal_signature (document_id, person_id) WHERE voided_at IS NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_appraisal_signature_person ON appraisal_signature (document_id, person_id) WHERE voided_at IS NULL'),
    ('sqlite', 'CREATE UNIQUE INDEX uq_appraisal_signature_role ON appraisal_signature (document_id, role) WHERE voided_at IS NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_appraisal_signature_role ON appraisal_signature (document_id, role) WHERE voided_at IS NULL'),
)


def upgrade() -> None:
    op.create_table('appraisal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('institution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_kind', sa.String(length=40), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('value_type', sa.String(length=40), nullable=False),
    sa.Column('valuation_date', sa.Date(), nullable=False),
    sa.Column('requested_minor', sa.BigInteger(), nullable=True),
    sa.Column('requested_currency', sa.String(length=3), nullable=True),
    sa.Column('requested_term_months', sa.Integer(), nullable=True),
    sa.Column('fee_minor', sa.BigInteger(), nullable=True),
    sa.Column('fee_currency', sa.String(length=3), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reviewer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lead_certificate', sa.String(length=40), nullable=False),
    sa.Column('second_certificate', sa.String(length=40), nullable=False),
    sa.Column('commissioned_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('holder_consent', sa.String(length=200), nullable=False),
    sa.Column('independence', sa.Text(), nullable=False),
    sa.Column('contract_reference', sa.String(length=120), nullable=False),
    sa.Column('rounding_fen', sa.Integer(), nullable=False),
    sa.Column('disclose_value', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('current_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('report_date', sa.Date(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('valid_through', sa.Date(), nullable=True),
    sa.Column('retain_until', sa.Date(), nullable=True),
    sa.Column('verification_code', sa.String(length=20), nullable=True),
    sa.Column('translation_code', sa.String(length=20), nullable=True),
    sa.Column('audit_head', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('revaluation_reason', sa.String(length=200), nullable=False),
    sa.Column('revaluation_since', sa.Date(), nullable=True),
    sa.Column('running_job', sa.String(length=40), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("document_kind IN ('analysis', 'appraisal', 'statutory')", name=op.f('ck_appraisal_document_kind')),
    sa.CheckConstraint("fee_minor IS NULL OR typeof(fee_minor) = 'integer'", name=op.f('ck_appraisal_fee_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("purpose IN ('pledge', 'transfer', 'licence', 'contribution', 'other')", name=op.f('ck_appraisal_purpose')),
    sa.CheckConstraint("requested_minor IS NULL OR typeof(requested_minor) = 'integer'", name=op.f('ck_appraisal_requested_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('requested', 'declined', 'cancelled', 'drafting', 'submitted', 'reviewed', 'ready', 'signing', 'signed', 'sealing', 'issued', 'withdrawn', 'superseded', 'expired')", name=op.f('ck_appraisal_state')),
    sa.CheckConstraint("value_type IN ('market_value', 'investment_value')", name=op.f('ck_appraisal_value_type')),
    sa.CheckConstraint('institution_id <> organisation_id AND institution_id <> holder_id', name=op.f('ck_appraisal_institution_apart')),
    sa.CheckConstraint('lead_id IS NULL OR lead_id <> second_id', name=op.f('ck_appraisal_two_signatories')),
    sa.CheckConstraint('reviewer_id IS NULL OR (reviewer_id <> lead_id AND reviewer_id <> second_id)', name=op.f('ck_appraisal_reviewer_apart')),
    sa.ForeignKeyConstraint(['commissioned_by'], ['person.id'], name=op.f('fk_appraisal_commissioned_by_person')),
    sa.ForeignKeyConstraint(['holder_id'], ['organisation.id'], name=op.f('fk_appraisal_holder_id_organisation')),
    sa.ForeignKeyConstraint(['institution_id'], ['organisation.id'], name=op.f('fk_appraisal_institution_id_organisation')),
    sa.ForeignKeyConstraint(['lead_id'], ['person.id'], name=op.f('fk_appraisal_lead_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_appraisal_reviewer_id_person')),
    sa.ForeignKeyConstraint(['second_id'], ['person.id'], name=op.f('fk_appraisal_second_id_person')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['appraisal.id'], name=op.f('fk_appraisal_supersedes_id_appraisal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal')),
    sa.UniqueConstraint('number', name=op.f('uq_appraisal_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_public_id')),
    sa.UniqueConstraint('translation_code', name=op.f('uq_appraisal_translation_code')),
    sa.UniqueConstraint('verification_code', name=op.f('uq_appraisal_verification_code'))
    )
    op.create_index(op.f('ix_appraisal_institution_id'), 'appraisal', ['institution_id'], unique=False)
    op.create_index(op.f('ix_appraisal_organisation_id'), 'appraisal', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_appraisal_state'), 'appraisal', ['state'], unique=False)
    op.create_index(op.f('ix_appraisal_valid_through'), 'appraisal', ['valid_through'], unique=False)
    op.create_table('appraisal_assumption',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('patent_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.Column('low', sa.String(length=40), nullable=False),
    sa.Column('high', sa.String(length=40), nullable=False),
    sa.Column('source_kind', sa.String(length=40), nullable=False),
    sa.Column('source_ref', sa.String(length=300), nullable=False),
    sa.Column('source_file', sa.String(length=16), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verified_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("source_kind = '' OR source_kind IN ('filing', 'contract', 'audited-accounts', 'management-statement', 'reference-table', 'market-evidence', 'appraiser-judgement')", name=op.f('ck_appraisal_assumption_source_kind')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_assumption_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_appraisal_assumption_entered_by_person')),
    sa.ForeignKeyConstraint(['verified_by'], ['person.id'], name=op.f('fk_appraisal_assumption_verified_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_assumption')),
    sa.UniqueConstraint('appraisal_id', 'slot', name='uq_appraisal_assumption_slot')
    )
    op.create_index(op.f('ix_appraisal_assumption_appraisal_id'), 'appraisal_assumption', ['appraisal_id'], unique=False)
    op.create_table('appraisal_method',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('used', sa.Boolean(), nullable=False),
    sa.Column('weight_bp', sa.Integer(), nullable=False),
    sa.Column('reason_code', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('weight_bp BETWEEN 0 AND 10000', name=op.f('ck_appraisal_method_weight_bp')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_method_appraisal_id_appraisal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_method')),
    sa.UniqueConstraint('appraisal_id', 'method', name='uq_appraisal_method_once')
    )
    op.create_index(op.f('ix_appraisal_method_appraisal_id'), 'appraisal_method', ['appraisal_id'], unique=False)
    op.create_table('appraisal_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('patent_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source_ref', sa.String(length=300), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verified_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_note_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_appraisal_note_entered_by_person')),
    sa.ForeignKeyConstraint(['verified_by'], ['person.id'], name=op.f('fk_appraisal_note_verified_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_note')),
    sa.UniqueConstraint('appraisal_id', 'topic', 'patent_id', name='uq_appraisal_note_topic')
    )
    op.create_index(op.f('ix_appraisal_note_appraisal_id'), 'appraisal_note', ['appraisal_id'], unique=False)
    op.create_table('appraisal_remark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('raised_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('remark', 'challenge', 'objection')", name=op.f('ck_appraisal_remark_kind')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_appraisal_remark_answered_by_person')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_remark_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['raised_by'], ['person.id'], name=op.f('fk_appraisal_remark_raised_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_remark'))
    )
    op.create_index(op.f('ix_appraisal_remark_appraisal_id'), 'appraisal_remark', ['appraisal_id'], unique=False)
    op.create_table('appraisal_share',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('granted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_share_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_appraisal_share_granted_by_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_share_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_share'))
    )
    op.create_index(op.f('ix_appraisal_share_appraisal_id'), 'appraisal_share', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_appraisal_share_organisation_id'), 'appraisal_share', ['organisation_id'], unique=False)
    op.create_table('appraisal_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('request_json', sa.LargeBinary(), nullable=False),
    sa.Column('result_json', sa.LargeBinary(), nullable=False),
    sa.Column('request_sha256', sa.String(length=64), nullable=False),
    sa.Column('result_sha256', sa.String(length=64), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('seed', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('change_note', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("mode IN ('standard', 'report')", name=op.f('ck_appraisal_version_mode')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_version_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_appraisal_version_author_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_version_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_version')),
    sa.UniqueConstraint('appraisal_id', 'number', name='uq_appraisal_version_number'),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_version_public_id'))
    )
    op.create_index(op.f('ix_appraisal_version_appraisal_id'), 'appraisal_version', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_appraisal_version_organisation_id'), 'appraisal_version', ['organisation_id'], unique=False)
    op.create_table('appraisal_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.String(length=40), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('draft_sha256', sa.String(length=64), nullable=False),
    sa.Column('sealed_document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('template_version', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("edition IN ('governing', 'translation')", name=op.f('ck_appraisal_document_edition')),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_appraisal_document_language')),
    sa.CheckConstraint("stage IN ('frozen', 'sealed')", name=op.f('ck_appraisal_document_stage')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_document_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_document_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['version_id'], ['appraisal_version.id'], name=op.f('fk_appraisal_document_version_id_appraisal_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_document')),
    sa.UniqueConstraint('appraisal_id', 'content_sha256', 'stage', name='uq_appraisal_document_bytes'),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_document_public_id'))
    )
    op.create_index(op.f('ix_appraisal_document_appraisal_id'), 'appraisal_document', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_appraisal_document_content_sha256'), 'appraisal_document', ['content_sha256'], unique=False)
    op.create_index(op.f('ix_appraisal_document_organisation_id'), 'appraisal_document', ['organisation_id'], unique=False)
    op.create_table('appraisal_patent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('share_bp', sa.Integer(), nullable=False),
    sa.Column('value_minor', sa.BigInteger(), nullable=True),
    sa.Column('value_currency', sa.String(length=3), nullable=True),
    sa.Column('ltv_cap_bp', sa.Integer(), nullable=True),
    sa.Column('binding_constraint', sa.String(length=40), nullable=False),
    sa.CheckConstraint("value_minor IS NULL OR typeof(value_minor) = 'integer'", name=op.f('ck_appraisal_patent_value_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('share_bp BETWEEN 0 AND 10000', name=op.f('ck_appraisal_patent_share_bp')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_patent_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_appraisal_patent_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_patent')),
    sa.UniqueConstraint('appraisal_id', 'patent_id', name='uq_appraisal_patent_once')
    )
    op.create_index(op.f('ix_appraisal_patent_appraisal_id'), 'appraisal_patent', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_appraisal_patent_patent_id'), 'appraisal_patent', ['patent_id'], unique=False)
    op.create_table('appraisal_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=False),
    sa.Column('officer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('own_value_minor', sa.BigInteger(), nullable=True),
    sa.Column('own_value_currency', sa.String(length=3), nullable=True),
    sa.Column('own_reason', sa.Text(), nullable=False),
    sa.Column('own_request', sa.JSON(), nullable=True),
    sa.Column('own_entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('range_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('haircut_bp', sa.Integer(), nullable=True),
    sa.Column('checklist', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sheet_document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("own_value_minor IS NULL OR typeof(own_value_minor) = 'integer'", name=op.f('ck_appraisal_review_own_value_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('open', 'queried', 'accepted', 'rejected', 'superseded')", name=op.f('ck_appraisal_review_state')),
    sa.CheckConstraint('approver_id IS NULL OR approver_id <> officer_id', name=op.f('ck_appraisal_review_two_persons')),
    sa.CheckConstraint('haircut_bp IS NULL OR haircut_bp BETWEEN 0 AND 10000', name=op.f('ck_appraisal_review_haircut_bp')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_review_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['approver_id'], ['person.id'], name=op.f('fk_appraisal_review_approver_id_person')),
    sa.ForeignKeyConstraint(['document_id'], ['appraisal_document.id'], name=op.f('fk_appraisal_review_document_id_appraisal_document')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_appraisal_review_officer_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appraisal_review_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_review')),
    sa.UniqueConstraint('public_id', name=op.f('uq_appraisal_review_public_id'))
    )
    op.create_index(op.f('ix_appraisal_review_appraisal_id'), 'appraisal_review', ['appraisal_id'], unique=False)
    op.create_index(op.f('ix_appraisal_review_organisation_id'), 'appraisal_review', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_appraisal_review_state'), 'appraisal_review', ['state'], unique=False)
    op.create_table('appraisal_signature',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_name', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('certificate_no', sa.String(length=40), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('signed_sha256', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('certificate_fingerprint', sa.String(length=64), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("method IN ('platform', 'external')", name=op.f('ck_appraisal_signature_method')),
    sa.CheckConstraint("role IN ('lead', 'second', 'seal')", name=op.f('ck_appraisal_signature_role')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_signature_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['document_id'], ['appraisal_document.id'], name=op.f('fk_appraisal_signature_document_id_appraisal_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appraisal_signature_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_signature'))
    )
    op.create_index(op.f('ix_appraisal_signature_appraisal_id'), 'appraisal_signature', ['appraisal_id'], unique=False)
    op.create_table('appraisal_query',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(length=120), nullable=False),
    sa.Column('quote', sa.String(length=500), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('severity', sa.String(length=40), nullable=False),
    sa.Column('asked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("severity IN ('blocking', 'normal', 'note')", name=op.f('ck_appraisal_query_severity')),
    sa.CheckConstraint('page >= 1', name=op.f('ck_appraisal_query_page')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_appraisal_query_answered_by_person')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_appraisal_query_asked_by_person')),
    sa.ForeignKeyConstraint(['closed_by'], ['person.id'], name=op.f('fk_appraisal_query_closed_by_person')),
    sa.ForeignKeyConstraint(['review_id'], ['appraisal_review.id'], name=op.f('fk_appraisal_query_review_id_appraisal_review')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_query')),
    sa.UniqueConstraint('review_id', 'number', name='uq_appraisal_query_number')
    )
    op.create_index(op.f('ix_appraisal_query_review_id'), 'appraisal_query', ['review_id'], unique=False)
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
    op.drop_table('appraisal_query')
    op.drop_table('appraisal_signature')
    op.drop_table('appraisal_review')
    op.drop_table('appraisal_patent')
    op.drop_table('appraisal_document')
    op.drop_table('appraisal_version')
    op.drop_table('appraisal_share')
    op.drop_table('appraisal_remark')
    op.drop_table('appraisal_note')
    op.drop_table('appraisal_method')
    op.drop_table('appraisal_assumption')
    op.drop_table('appraisal')
