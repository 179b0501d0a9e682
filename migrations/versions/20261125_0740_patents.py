"""Tables of registers.patents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0740_patents'
down_revision = '20261125_0739_notices'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_encumbrance_fixed BEFORE UPDATE ON encumbrance WHEN (NEW.live AND NOT OLD.live) OR NEW.patent_id IS NOT OLD.patent_id OR NEW.kind IS NOT OLD.kind OR NEW.holder_organisation_id IS NOT OLD.holder_organisation_id OR NEW.holder_name IS NOT OLD.holder_name OR NEW.source IS NOT OLD.source OR NEW.reference IS NOT OLD.reference OR NEW.begins_on IS NOT OLD.begins_on OR NEW.ends_on IS NOT OLD.ends_on OR NEW.rank IS NOT OLD.rank OR NEW.licence_kind IS NOT OLD.licence_kind OR NEW.secured_kind IS NOT OLD.secured_kind OR NEW.ends_encumbrance_id IS NOT OLD.ends_encumbrance_id OR NEW.ending IS NOT OLD.ending OR NEW.basis IS NOT OLD.basis OR NEW.sha256 IS NOT OLD.sha256 BEGIN SELECT RAISE(ABORT, 'append_only: encumbrance'); END"),
    ('postgresql', 'CREATE TRIGGER tr_encumbrance_fixed BEFORE UPDATE ON encumbrance FOR EACH ROW WHEN ((NEW.live AND NOT OLD.live) OR NEW.patent_id IS DISTINCT FROM OLD.patent_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.holder_organisation_id IS DISTINCT FROM OLD.holder_organisation_id OR NEW.holder_name IS DISTINCT FROM OLD.holder_name OR NEW.source IS DISTINCT FROM OLD.source OR NEW.reference IS DISTINCT FROM OLD.reference OR NEW.begins_on IS DISTINCT FROM OLD.begins_on OR NEW.ends_on IS DISTINCT FROM OLD.ends_on OR NEW.rank IS DISTINCT FROM OLD.rank OR NEW.licence_kind IS DISTINCT FROM OLD.licence_kind OR NEW.secured_kind IS DISTINCT FROM OLD.secured_kind OR NEW.ends_encumbrance_id IS DISTINCT FROM OLD.ends_encumbrance_id OR NEW.ending IS DISTINCT FROM OLD.ending OR NEW.basis IS DISTINCT FROM OLD.basis OR NEW.sha256 IS DISTINCT FROM OLD.sha256) EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE UNIQUE INDEX uq_patent_own_number ON patent (organisation_id, application_number) WHERE (state NOT IN ('withdrawn', 'refused'))"),
    ('postgresql', "CREATE UNIQUE INDEX uq_patent_own_number ON patent (organisation_id, application_number) WHERE (state NOT IN ('withdrawn', 'refused'))"),
    ('sqlite', "CREATE UNIQUE INDEX uq_patent_own_publication ON patent (organisation_id, publication_number) WHERE (state NOT IN ('withdrawn', 'refused')) AND application_number IS NULL"),
    ('postgresql', "CREATE UNIQUE INDEX uq_patent_own_publication ON patent (organisation_id, publication_number) WHERE (state NOT IN ('withdrawn', 'refused')) AND application_number IS NULL"),
    ('sqlite', "CREATE UNIQUE INDEX uq_patent_registered_number ON patent (application_number) WHERE state IN ('registered', 'disputed')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_patent_registered_number ON patent (application_number) WHERE state IN ('registered', 'disputed')"),
    ('sqlite', "CREATE UNIQUE INDEX uq_encumbrance_live_pledge ON encumbrance (patent_id) WHERE live IS 1 AND kind IN ('pledge_filed', 'pledge')"),
    ('postgresql', "CREATE UNIQUE INDEX uq_encumbrance_live_pledge ON encumbrance (patent_id) WHERE live IS true AND kind IN ('pledge_filed', 'pledge')"),
    ('sqlite', 'CREATE UNIQUE INDEX uq_transfer_claim_live ON transfer_claim (patent_id) WHERE live IS 1'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_transfer_claim_live ON transfer_claim (patent_id) WHERE live IS true'),
    ('sqlite', "CREATE UNIQUE INDEX uq_custody_live ON custody (patent_id, organisation_id) WHERE (state NOT IN ('lapsed', 'invalidated', 'transferred_out', 'withdrawn'))"),
    ('postgresql', "CREATE UNIQUE INDEX uq_custody_live ON custody (patent_id, organisation_id) WHERE (state NOT IN ('lapsed', 'invalidated', 'transferred_out', 'withdrawn'))"),
)


def upgrade() -> None:
    op.create_table('import_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('format', sa.String(length=10), nullable=False),
    sa.Column('profile', sa.String(length=40), nullable=False),
    sa.Column('encoding', sa.String(length=20), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('header', sa.JSON(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('samples', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('codes', sa.JSON(), nullable=False),
    sa.Column('plan_sha256', sa.String(length=64), nullable=False),
    sa.Column('policy', sa.String(length=40), nullable=False),
    sa.Column('stop_on_refused', sa.Boolean(), nullable=False),
    sa.Column('next_row', sa.Integer(), nullable=False),
    sa.Column('stop_wanted', sa.Boolean(), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undo_until', sa.Date(), nullable=True),
    sa.Column('failure', sa.String(length=60), nullable=False),
    sa.Column('job_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("policy IN ('fill', 'replace', 'keep')", name=op.f('ck_import_batch_policy')),
    sa.CheckConstraint("state IN ('uploaded', 'recognised', 'mapped', 'checked', 'writing', 'written', 'stopped', 'failed', 'undone', 'discarded')", name=op.f('ck_import_batch_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_import_batch_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch')),
    sa.UniqueConstraint('public_id', name=op.f('uq_import_batch_public_id'))
    )
    op.create_index('ix_import_batch_file', 'import_batch', ['organisation_id', 'sha256'], unique=False)
    op.create_index(op.f('ix_import_batch_organisation_id'), 'import_batch', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_import_batch_sha256'), 'import_batch', ['sha256'], unique=False)
    op.create_index(op.f('ix_import_batch_state'), 'import_batch', ['state'], unique=False)
    op.create_table('patent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('jurisdiction', sa.String(length=4), nullable=False),
    sa.Column('application_number', sa.String(length=40), nullable=True),
    sa.Column('publication_number', sa.String(length=30), nullable=True),
    sa.Column('stated_number', sa.String(length=60), nullable=False),
    sa.Column('check_digit_source', sa.String(length=40), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=True),
    sa.Column('kind', sa.String(length=3), nullable=True),
    sa.Column('title_zh', sa.String(length=2000), nullable=False),
    sa.Column('title_en', sa.String(length=2000), nullable=False),
    sa.Column('abstract_zh', sa.Text(), nullable=False),
    sa.Column('abstract_en', sa.Text(), nullable=False),
    sa.Column('claims', sa.Text(), nullable=False),
    sa.Column('filing_on', sa.Date(), nullable=True),
    sa.Column('priority_on', sa.Date(), nullable=True),
    sa.Column('publication_on', sa.Date(), nullable=True),
    sa.Column('grant_on', sa.Date(), nullable=True),
    sa.Column('national_entry_on', sa.Date(), nullable=True),
    sa.Column('divisional_of', sa.String(length=40), nullable=False),
    sa.Column('family_id', sa.String(length=40), nullable=True),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('legal_status', sa.String(length=40), nullable=False),
    sa.Column('legal_status_on', sa.Date(), nullable=True),
    sa.Column('status_source', sa.String(length=40), nullable=False),
    sa.Column('status_presumed', sa.Boolean(), nullable=False),
    sa.Column('stated_status', sa.String(length=40), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('added_days', sa.Integer(), nullable=False),
    sa.Column('annuity_paid_to_year', sa.Integer(), nullable=True),
    sa.Column('service_invention', sa.Boolean(), nullable=False),
    sa.Column('secret', sa.Boolean(), nullable=False),
    sa.Column('historic', sa.Boolean(), nullable=False),
    sa.Column('own_use', sa.Boolean(), nullable=False),
    sa.Column('evaluation_report', sa.Boolean(), nullable=False),
    sa.Column('invalidity_open', sa.Boolean(), nullable=False),
    sa.Column('coowners_agreed', sa.Boolean(), nullable=False),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('submitted_on', sa.Date(), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=True),
    sa.Column('decision_reason', sa.String(length=500), nullable=False),
    sa.Column('import_batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("check_digit_source IN ('stated', 'computed', 'confirmed', 'none')", name=op.f('ck_patent_check_digit_source')),
    sa.CheckConstraint("legal_status IN ('pending', 'published', 'examined', 'in_force', 'in_grace', 'lapsed', 'expired', 'ceased', 'abandoned', 'withdrawn', 'refused', 'invalidated', 'revoked', 'unknown')", name=op.f('ck_patent_legal_status')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'registered', 'disputed', 'refused', 'withdrawn', 'closed')", name=op.f('ck_patent_state')),
    sa.CheckConstraint("stated_status IN ('pending', 'published', 'examined', 'in_force', 'in_grace', 'lapsed', 'expired', 'ceased', 'abandoned', 'withdrawn', 'refused', 'invalidated', 'revoked', 'unknown')", name=op.f('ck_patent_stated_status')),
    sa.CheckConstraint("status_source IN ('event', 'date', 'stated')", name=op.f('ck_patent_status_source')),
    sa.CheckConstraint("type IN ('invention', 'utility_model', 'design')", name=op.f('ck_patent_type')),
    sa.CheckConstraint('added_days >= 0', name=op.f('ck_patent_added_days')),
    sa.CheckConstraint('application_number IS NOT NULL OR publication_number IS NOT NULL', name=op.f('ck_patent_number')),
    sa.ForeignKeyConstraint(['import_batch_id'], ['import_batch.id'], name=op.f('fk_patent_import_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_patent_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patent')),
    sa.UniqueConstraint('public_id', name=op.f('uq_patent_public_id'))
    )
    op.create_index(op.f('ix_patent_application_number'), 'patent', ['application_number'], unique=False)
    op.create_index('ix_patent_batch', 'patent', ['import_batch_id'], unique=False)
    op.create_index(op.f('ix_patent_organisation_id'), 'patent', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_patent_publication_number'), 'patent', ['publication_number'], unique=False)
    op.create_index(op.f('ix_patent_state'), 'patent', ['state'], unique=False)
    op.create_table('annuity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_no', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('grace_until', sa.Date(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_currency', sa.String(length=3), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_minor', sa.BigInteger(), nullable=True),
    sa.Column('paid_currency', sa.String(length=3), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('receipt_sha256', sa.String(length=64), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("basis IN ('payment', 'register')", name=op.f('ck_annuity_basis')),
    sa.CheckConstraint("fee_minor IS NULL OR typeof(fee_minor) = 'integer'", name=op.f('ck_annuity_fee_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("paid_minor IS NULL OR typeof(paid_minor) = 'integer'", name=op.f('ck_annuity_paid_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_annuity_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annuity')),
    sa.UniqueConstraint('patent_id', 'year_no', name=op.f('uq_annuity_patent_id_year_no'))
    )
    op.create_table('annuity_reminder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year_no', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_annuity_reminder_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annuity_reminder')),
    sa.UniqueConstraint('patent_id', 'year_no', 'step', name=op.f('uq_annuity_reminder_patent_id_year_no_step'))
    )
    op.create_table('coowner_consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('scope', sa.String(length=500), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('given_by', sa.Integer(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('revoked_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("act IN ('transfer', 'exclusive_licence', 'sole_licence', 'ordinary_licence', 'open_licence', 'capital_contribution', 'waiver', 'pledge', 'listing')", name=op.f('ck_coowner_consent_act')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_coowner_consent_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_coowner_consent_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coowner_consent')),
    sa.UniqueConstraint('public_id', name=op.f('uq_coowner_consent_public_id'))
    )
    op.create_index(op.f('ix_coowner_consent_organisation_id'), 'coowner_consent', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_coowner_consent_patent_id'), 'coowner_consent', ['patent_id'], unique=False)
    op.create_table('encumbrance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('holder_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('holder_name', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('licence_kind', sa.String(length=40), nullable=True),
    sa.Column('may_sublicense', sa.Boolean(), nullable=False),
    sa.Column('parent_licence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('secured_kind', sa.String(length=40), nullable=True),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('ends_encumbrance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ending', sa.String(length=40), nullable=True),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("ending IN ('lifted', 'voided')", name=op.f('ck_encumbrance_ending')),
    sa.CheckConstraint("kind IN ('pledge_filed', 'pledge', 'seizure', 'stay', 'licence', 'open_licence', 'option', 'mandate_exclusive', 'other')", name=op.f('ck_encumbrance_kind')),
    sa.CheckConstraint("licence_kind IN ('exclusive', 'sole', 'ordinary')", name=op.f('ck_encumbrance_licence_kind')),
    sa.CheckConstraint("secured_kind IN ('single', 'maximum')", name=op.f('ck_encumbrance_secured_kind')),
    sa.CheckConstraint("source IN ('register', 'deal', 'declared', 'pledges')", name=op.f('ck_encumbrance_source')),
    sa.CheckConstraint('(ends_encumbrance_id IS NULL) = (ending IS NULL)', name=op.f('ck_encumbrance_ending_row')),
    sa.CheckConstraint('ends_encumbrance_id IS NULL OR NOT live', name=op.f('ck_encumbrance_ending_not_live')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= begins_on', name=op.f('ck_encumbrance_period')),
    sa.ForeignKeyConstraint(['ends_encumbrance_id'], ['encumbrance.id'], name=op.f('fk_encumbrance_ends_encumbrance_id_encumbrance')),
    sa.ForeignKeyConstraint(['holder_organisation_id'], ['organisation.id'], name=op.f('fk_encumbrance_holder_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['parent_licence_id'], ['encumbrance.id'], name=op.f('fk_encumbrance_parent_licence_id_encumbrance')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_encumbrance_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encumbrance')),
    sa.UniqueConstraint('public_id', name=op.f('uq_encumbrance_public_id'))
    )
    op.create_index(op.f('ix_encumbrance_holder_organisation_id'), 'encumbrance', ['holder_organisation_id'], unique=False)
    op.create_index(op.f('ix_encumbrance_patent_id'), 'encumbrance', ['patent_id'], unique=False)
    op.create_index(op.f('ix_encumbrance_reference'), 'encumbrance', ['reference'], unique=False)
    op.create_index('uq_encumbrance_ends', 'encumbrance', ['ends_encumbrance_id'], unique=True)
    op.create_table('import_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('shown', sa.String(length=300), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.CheckConstraint("level IN ('E', 'W', 'I', '-')", name=op.f('ck_import_row_level')),
    sa.CheckConstraint("outcome IN ('new', 'changed', 'same', 'refused')", name=op.f('ck_import_row_outcome')),
    sa.ForeignKeyConstraint(['import_batch_id'], ['import_batch.id'], name=op.f('fk_import_row_import_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_import_row_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('import_batch_id', 'number', name=op.f('uq_import_row_import_batch_id_number'))
    )
    op.create_index('ix_import_row_level', 'import_row', ['import_batch_id', 'level'], unique=False)
    op.create_table('legal_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('effect', sa.String(length=40), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('register_reference', sa.String(length=80), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('superseded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("effect IN ('publish', 'examine', 'refuse', 'withdraw', 'grant', 'lapse_fee', 'expire', 'cease', 'abandon', 'abandon_part', 'invalidate', 'invalidate_part', 'invalidity', 'revoke', 'revive', 'pledge_on', 'pledge_change', 'pledge_off', 'pledge', 'licence_on', 'licence_change', 'licence_off', 'licence', 'open_on', 'open_off', 'transfer', 'transfer_application', 'name', 'preserve_on', 'preserve_off', 'preserve', 'term', 'declassify', 'biblio', 'correct', 'info')", name=op.f('ck_legal_event_effect')),
    sa.CheckConstraint("source IN ('operator', 'import', 'enrichment', 'platform')", name=op.f('ck_legal_event_source')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_legal_event_patent_id_patent')),
    sa.ForeignKeyConstraint(['superseded_by_id'], ['legal_event.id'], name=op.f('fk_legal_event_superseded_by_id_legal_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_event'))
    )
    op.create_index(op.f('ix_legal_event_patent_id'), 'legal_event', ['patent_id'], unique=False)
    op.create_index('uq_legal_event', 'legal_event', ['patent_id', 'code', 'effective_on', 'register_reference'], unique=True)
    op.create_table('ownership_proof',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('holder_name', sa.String(length=300), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('submitted_by', sa.Integer(), nullable=False),
    sa.Column('reviewed_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('certificate', 'register_copy', 'recordal_notice', 'judgment', 'succession', 'service_statement', 'coownership', 'receipt')", name=op.f('ck_ownership_proof_kind')),
    sa.CheckConstraint("state IN ('submitted', 'accepted', 'rejected', 'withdrawn', 'expired')", name=op.f('ck_ownership_proof_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_ownership_proof_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_ownership_proof_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ownership_proof')),
    sa.UniqueConstraint('public_id', name=op.f('uq_ownership_proof_public_id'))
    )
    op.create_index(op.f('ix_ownership_proof_organisation_id'), 'ownership_proof', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_ownership_proof_patent_id'), 'ownership_proof', ['patent_id'], unique=False)
    op.create_index(op.f('ix_ownership_proof_state'), 'ownership_proof', ['state'], unique=False)
    op.create_table('party',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('normal_name', sa.String(length=300), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("role IN ('applicant', 'inventor', 'agent')", name=op.f('ck_party_role')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_party_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party'))
    )
    op.create_index('ix_party_patent', 'party', ['patent_id'], unique=False)
    op.create_table('patent_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('section', sa.String(length=2), nullable=False),
    sa.Column('class_code', sa.String(length=3), nullable=False),
    sa.Column('subclass', sa.String(length=6), nullable=True),
    sa.Column('main_group', sa.String(length=4), nullable=True),
    sa.Column('subgroup', sa.String(length=6), nullable=True),
    sa.Column('symbol', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('main', sa.Boolean(), nullable=False),
    sa.CheckConstraint("scheme IN ('ipc', 'cpc', 'locarno')", name=op.f('ck_patent_class_scheme')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_patent_class_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patent_class'))
    )
    op.create_index('ix_patent_class_patent', 'patent_class', ['patent_id'], unique=False)
    op.create_index('ix_patent_class_subclass', 'patent_class', ['subclass', 'patent_id'], unique=False)
    op.create_table('publication',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=3), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_publication_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('patent_id', 'number', name=op.f('uq_publication_patent_id_number'))
    )
    op.create_table('register_snapshot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('taken_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('status_on', sa.Date(), nullable=True),
    sa.Column('holders', sa.String(length=2000), nullable=False),
    sa.Column('paid_to_year', sa.Integer(), nullable=True),
    sa.Column('stayed', sa.Boolean(), nullable=False),
    sa.Column('seized', sa.Boolean(), nullable=False),
    sa.Column('pledged', sa.Boolean(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('pending', 'published', 'examined', 'in_force', 'in_grace', 'lapsed', 'expired', 'ceased', 'abandoned', 'withdrawn', 'refused', 'invalidated', 'revoked', 'unknown')", name=op.f('ck_register_snapshot_status')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_register_snapshot_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_snapshot')),
    sa.UniqueConstraint('public_id', name=op.f('uq_register_snapshot_public_id'))
    )
    op.create_index(op.f('ix_register_snapshot_patent_id'), 'register_snapshot', ['patent_id'], unique=False)
    op.create_index(op.f('ix_register_snapshot_taken_on'), 'register_snapshot', ['taken_on'], unique=False)
    op.create_table('share',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('holder_name', sa.String(length=300), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=False),
    sa.Column('denominator', sa.BigInteger(), nullable=False),
    sa.Column('stated', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('basis', sa.String(length=200), nullable=False),
    sa.CheckConstraint('numerator > 0 AND denominator > 0 AND numerator <= denominator', name=op.f('ck_share_fraction')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_share_period')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_share_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_share_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share'))
    )
    op.create_index(op.f('ix_share_organisation_id'), 'share', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_share_patent_id'), 'share', ['patent_id'], unique=False)
    op.create_table('transfer_claim',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('process', sa.String(length=40), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.Column('taken_on', sa.Date(), nullable=False),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.CheckConstraint("process IN ('listing', 'auction', 'deal', 'enforcement')", name=op.f('ck_transfer_claim_process')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_transfer_claim_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_claim'))
    )
    op.create_index(op.f('ix_transfer_claim_patent_id'), 'transfer_claim', ['patent_id'], unique=False)
    op.create_index(op.f('ix_transfer_claim_reference'), 'transfer_claim', ['reference'], unique=False)
    op.create_table('consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('encumbrance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('uses', sa.JSON(), nullable=False),
    sa.Column('floor_minor', sa.BigInteger(), nullable=True),
    sa.Column('floor_currency', sa.String(length=3), nullable=True),
    sa.Column('fee_first', sa.Boolean(), nullable=False),
    sa.Column('proceeds', sa.String(length=40), nullable=False),
    sa.Column('terms', sa.String(length=2000), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('relied_on_by', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("floor_minor IS NULL OR typeof(floor_minor) = 'integer'", name=op.f('ck_consent_floor_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("proceeds IN ('prepay', 'deposit')", name=op.f('ck_consent_proceeds')),
    sa.CheckConstraint("state IN ('granted', 'refused', 'used', 'revoked', 'expired')", name=op.f('ck_consent_state')),
    sa.ForeignKeyConstraint(['encumbrance_id'], ['encumbrance.id'], name=op.f('fk_consent_encumbrance_id_encumbrance')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_consent_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_consent_patent_id_patent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('public_id', name=op.f('uq_consent_public_id'))
    )
    op.create_index(op.f('ix_consent_encumbrance_id'), 'consent', ['encumbrance_id'], unique=False)
    op.create_index(op.f('ix_consent_organisation_id'), 'consent', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_consent_patent_id'), 'consent', ['patent_id'], unique=False)
    op.create_index(op.f('ix_consent_state'), 'consent', ['state'], unique=False)
    op.create_table('custody',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=True),
    sa.Column('agreement_sha256', sa.String(length=64), nullable=False),
    sa.Column('services', sa.String(length=200), nullable=False),
    sa.Column('register_snapshot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submitted_on', sa.Date(), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=True),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'verified', 'suspended', 'lapsed', 'invalidated', 'transferred_out', 'withdrawn')", name=op.f('ck_custody_state')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_custody_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['patent_id'], ['patent.id'], name=op.f('fk_custody_patent_id_patent')),
    sa.ForeignKeyConstraint(['register_snapshot_id'], ['register_snapshot.id'], name=op.f('fk_custody_register_snapshot_id_register_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody')),
    sa.UniqueConstraint('number', name=op.f('uq_custody_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_custody_public_id'))
    )
    op.create_index(op.f('ix_custody_organisation_id'), 'custody', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_custody_patent_id'), 'custody', ['patent_id'], unique=False)
    op.create_index(op.f('ix_custody_state'), 'custody', ['state'], unique=False)
    op.create_table('licence_box',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('encumbrance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('territories', sa.JSON(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['encumbrance_id'], ['encumbrance.id'], name=op.f('fk_licence_box_encumbrance_id_encumbrance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_licence_box'))
    )
    op.create_index(op.f('ix_licence_box_encumbrance_id'), 'licence_box', ['encumbrance_id'], unique=False)
    op.create_table('payoff_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('encumbrance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.String(length=3), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('stated_by', sa.Integer(), nullable=False),
    sa.CheckConstraint("amount_minor IS NULL OR typeof(amount_minor) = 'integer'", name=op.f('ck_payoff_statement_amount_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['encumbrance_id'], ['encumbrance.id'], name=op.f('fk_payoff_statement_encumbrance_id_encumbrance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payoff_statement'))
    )
    op.create_index(op.f('ix_payoff_statement_encumbrance_id'), 'payoff_statement', ['encumbrance_id'], unique=False)
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
    op.drop_table('payoff_statement')
    op.drop_table('licence_box')
    op.drop_table('custody')
    op.drop_table('consent')
    op.drop_table('transfer_claim')
    op.drop_table('share')
    op.drop_table('register_snapshot')
    op.drop_table('publication')
    op.drop_table('patent_class')
    op.drop_table('party')
    op.drop_table('ownership_proof')
    op.drop_table('legal_event')
    op.drop_table('import_row')
    op.drop_table('encumbrance')
    op.drop_table('coowner_consent')
    op.drop_table('annuity_reminder')
    op.drop_table('annuity')
    op.drop_table('patent')
    op.drop_table('import_batch')
