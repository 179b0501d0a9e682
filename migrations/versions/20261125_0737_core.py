"""Tables of core."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0737_core'
down_revision = None
branch_labels = None
depends_on = None

FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'append_only: event'); END"),
    ('postgresql', 'CREATE TRIGGER tr_event_no_update BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'append_only: event'); END"),
    ('postgresql', 'CREATE TRIGGER tr_event_no_delete BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_audit_head_no_update BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'append_only: audit_head'); END"),
    ('postgresql', 'CREATE TRIGGER tr_audit_head_no_update BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'append_only: audit_head'); END"),
    ('postgresql', 'CREATE TRIGGER tr_audit_head_no_delete BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_audit_countersignature_no_update BEFORE UPDATE ON audit_countersignature BEGIN SELECT RAISE(ABORT, 'append_only: audit_countersignature'); END"),
    ('postgresql', 'CREATE TRIGGER tr_audit_countersignature_no_update BEFORE UPDATE ON audit_countersignature FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_audit_countersignature_no_delete BEFORE DELETE ON audit_countersignature BEGIN SELECT RAISE(ABORT, 'append_only: audit_countersignature'); END"),
    ('postgresql', 'CREATE TRIGGER tr_audit_countersignature_no_delete BEFORE DELETE ON audit_countersignature FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', 'CREATE UNIQUE INDEX uq_approval_pending ON approval (subject_noun, subject_id, verb) WHERE decision IS NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_approval_pending ON approval (subject_noun, subject_id, verb) WHERE decision IS NULL'),
)


def upgrade() -> None:
    op.create_table('approval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('subject_noun', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=16), nullable=False),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('operation', sa.String(length=80), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('payload_sha256', sa.String(length=64), nullable=False),
    sa.Column('subject_version', sa.Integer(), nullable=False),
    sa.Column('maker_id', sa.Integer(), nullable=False),
    sa.Column('maker_organisation_id', sa.Integer(), nullable=False),
    sa.Column('maker_identity', sa.String(length=64), nullable=False),
    sa.Column('maker_name', sa.String(length=200), nullable=False),
    sa.Column('checker_id', sa.Integer(), nullable=True),
    sa.Column('checker_identity', sa.String(length=64), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("decision IN ('confirmed', 'rejected', 'void')", name=op.f('ck_approval_decision')),
    sa.CheckConstraint('(decision IS NULL) = (decided_at IS NULL)', name=op.f('ck_approval_decided')),
    sa.CheckConstraint('checker_id IS NULL OR (checker_id <> maker_id AND checker_identity <> maker_identity)', name=op.f('ck_approval_two_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval')),
    sa.UniqueConstraint('public_id', name=op.f('uq_approval_public_id'))
    )
    op.create_index(op.f('ix_approval_maker_organisation_id'), 'approval', ['maker_organisation_id'], unique=False)
    op.create_index(op.f('ix_approval_subject_id'), 'approval', ['subject_id'], unique=False)
    op.create_table('attachment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True),
    sa.Column('subject_noun', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('blob', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('uploaded_by', sa.BigInteger(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("purpose IN ('import', 'patents', 'document', 'data_room', 'signed', 'logo')", name=op.f('ck_attachment_purpose')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attachment_public_id'))
    )
    op.create_index(op.f('ix_attachment_blob'), 'attachment', ['blob'], unique=False)
    op.create_index(op.f('ix_attachment_organisation_id'), 'attachment', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_attachment_sha256'), 'attachment', ['sha256'], unique=False)
    op.create_index('ix_attachment_subject', 'attachment', ['subject_noun', 'subject_id'], unique=False)
    op.create_table('audit_head',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('document', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head')),
    sa.UniqueConstraint('digest', name=op.f('uq_audit_head_digest')),
    sa.UniqueConstraint('public_id', name=op.f('uq_audit_head_public_id'))
    )
    op.create_index(op.f('ix_audit_head_at'), 'audit_head', ['at'], unique=False)
    op.create_table('blob',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blob')),
    sa.UniqueConstraint('sha256', name=op.f('uq_blob_sha256'))
    )
    op.create_table('calendar_day',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('calendar', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_workday', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_day')),
    sa.UniqueConstraint('calendar', 'day', name=op.f('uq_calendar_day_calendar_day'))
    )
    op.create_table('chain_head',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chain', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_head')),
    sa.UniqueConstraint('chain', name=op.f('uq_chain_head_chain'))
    )
    op.create_table('event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('chain', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.String(length=16), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('noun', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=16), nullable=False),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('from_state', sa.String(length=40), nullable=False),
    sa.Column('to_state', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.Column('prev', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('chain', 'seq', name=op.f('uq_event_chain_seq')),
    sa.UniqueConstraint('public_id', name=op.f('uq_event_public_id'))
    )
    op.create_index(op.f('ix_event_actor_id'), 'event', ['actor_id'], unique=False)
    op.create_index(op.f('ix_event_at'), 'event', ['at'], unique=False)
    op.create_index(op.f('ix_event_object_id'), 'event', ['object_id'], unique=False)
    op.create_index(op.f('ix_event_organisation_id'), 'event', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_event_outcome'), 'event', ['outcome'], unique=False)
    op.create_table('idempotency',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('route', sa.String(length=120), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('location', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency')),
    sa.UniqueConstraint('organisation_id', 'user_id', 'route', 'key', name=op.f('uq_idempotency_organisation_id_user_id_route_key'))
    )
    op.create_index(op.f('ix_idempotency_created_at'), 'idempotency', ['created_at'], unique=False)
    op.create_table('job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=60), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('step_name', sa.String(length=200), nullable=False),
    sa.Column('cancel_wanted', sa.Boolean(), nullable=False),
    sa.Column('result_url', sa.String(length=400), nullable=False),
    sa.Column('error_code', sa.String(length=60), nullable=False),
    sa.Column('error_detail', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_job_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('kind', 'key', name=op.f('uq_job_kind_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_job_public_id'))
    )
    op.create_index('ix_job_due', 'job', ['state', 'due_at'], unique=False)
    op.create_index(op.f('ix_job_user_id'), 'job', ['user_id'], unique=False)
    op.create_table('number_series',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series', sa.String(length=12), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_series')),
    sa.UniqueConstraint('series', 'year', name=op.f('uq_number_series_series_year'))
    )
    op.create_table('parameter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('jurisdiction', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter')),
    sa.UniqueConstraint('key', 'jurisdiction', 'valid_from', name=op.f('uq_parameter_key_jurisdiction_valid_from')),
    sa.UniqueConstraint('public_id', name=op.f('uq_parameter_public_id'))
    )
    op.create_index(op.f('ix_parameter_key'), 'parameter', ['key'], unique=False)
    op.create_table('sealed_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True),
    sa.Column('subject_noun', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('signers', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('superseded_by', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('valid', 'superseded', 'withdrawn')", name=op.f('ck_sealed_document_status')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_document')),
    sa.UniqueConstraint('code', name=op.f('uq_sealed_document_code')),
    sa.UniqueConstraint('public_id', name=op.f('uq_sealed_document_public_id')),
    sa.UniqueConstraint('sha256', name=op.f('uq_sealed_document_sha256'))
    )
    op.create_index(op.f('ix_sealed_document_number'), 'sealed_document', ['number'], unique=False)
    op.create_index(op.f('ix_sealed_document_organisation_id'), 'sealed_document', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_sealed_document_status'), 'sealed_document', ['status'], unique=False)
    op.create_index('ix_sealed_document_subject', 'sealed_document', ['subject_noun', 'subject_id'], unique=False)
    op.create_table('search_wait',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noun', sa.String(length=40), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_wait')),
    sa.UniqueConstraint('noun', 'public_id', name=op.f('uq_search_wait_noun_public_id'))
    )
    op.create_table('timer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noun', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error_code', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timer')),
    sa.UniqueConstraint('noun', 'object_id', 'rule', name=op.f('uq_timer_noun_object_id_rule'))
    )
    op.create_index('ix_timer_due', 'timer', ['done_at', 'due_at'], unique=False)
    op.create_table('audit_countersignature',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('head_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_name', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['head_id'], ['audit_head.id'], name=op.f('fk_audit_countersignature_head_id_audit_head')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_countersignature')),
    sa.UniqueConstraint('head_id', 'organisation_id', name=op.f('uq_audit_countersignature_head_id_organisation_id'))
    )
    op.create_index(op.f('ix_audit_countersignature_head_id'), 'audit_countersignature', ['head_id'], unique=False)
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
    op.drop_table('audit_countersignature')
    op.drop_table('timer')
    op.drop_table('search_wait')
    op.drop_table('sealed_document')
    op.drop_table('parameter')
    op.drop_table('number_series')
    op.drop_table('job')
    op.drop_table('idempotency')
    op.drop_table('event')
    op.drop_table('chain_head')
    op.drop_table('calendar_day')
    op.drop_table('blob')
    op.drop_table('audit_head')
    op.drop_table('attachment')
    op.drop_table('approval')
