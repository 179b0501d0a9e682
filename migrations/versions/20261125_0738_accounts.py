"""Tables of people.accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0738_accounts'
down_revision = '20261125_0737_core'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', 'CREATE VIRTUAL TABLE search_fts USING fts5(title, abstract, claims, applicant, codes, content=\'search_row\', content_rowid=\'id\', tokenize="unicode61 remove_diacritics 0 tokenchars \'=/.+-_\'")'),
    ('sqlite', 'CREATE TRIGGER tr_search_row_put AFTER INSERT ON search_row BEGIN INSERT INTO search_fts(rowid, title, abstract, claims, applicant, codes) VALUES (new.id, new.title, new.abstract, new.claims, new.applicant, new.codes); END'),
    ('sqlite', "CREATE TRIGGER tr_search_row_take AFTER DELETE ON search_row BEGIN INSERT INTO search_fts(search_fts, rowid, title, abstract, claims, applicant, codes) VALUES ('delete', old.id, old.title, old.abstract, old.claims, old.applicant, old.codes); END"),
    ('sqlite', "CREATE TRIGGER tr_search_row_change AFTER UPDATE OF title, abstract, claims, applicant, codes ON search_row BEGIN INSERT INTO search_fts(search_fts, rowid, title, abstract, claims, applicant, codes) VALUES ('delete', old.id, old.title, old.abstract, old.claims, old.applicant, old.codes); INSERT INTO search_fts(rowid, title, abstract, claims, applicant, codes) VALUES (new.id, new.title, new.abstract, new.claims, new.applicant, new.codes); END"),
    ('sqlite', 'CREATE UNIQUE INDEX uq_member_live ON member (organisation_id, person_id) WHERE ended_at IS NULL'),
    ('postgresql', 'CREATE UNIQUE INDEX uq_member_live ON member (organisation_id, person_id) WHERE ended_at IS NULL'),
    ('postgresql', 'CREATE INDEX ix_search_row_vector ON search_row USING gin (vector)'),
)


def upgrade() -> None:
    op.create_table('organisation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('uscc', sa.String(length=18), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('district', sa.String(length=40), nullable=False),
    sa.Column('holder_kind', sa.String(length=30), nullable=False),
    sa.Column('industry', sa.String(length=40), nullable=False),
    sa.Column('foreign', sa.Boolean(), nullable=False),
    sa.Column('is_small', sa.Boolean(), nullable=False),
    sa.Column('is_agri', sa.Boolean(), nullable=False),
    sa.Column('licence_no', sa.String(length=80), nullable=False),
    sa.Column('net_assets_minor', sa.BigInteger(), nullable=True),
    sa.Column('net_assets_currency', sa.String(length=3), nullable=True),
    sa.Column('net_assets_on', sa.Date(), nullable=True),
    sa.Column('controller_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('enterprise', 'research', 'investor', 'agency', 'bank', 'guarantor', 'reguarantor', 'pool', 'appraiser', 'exchange', 'regulator', 'auditor')", name=op.f('ck_organisation_kind')),
    sa.CheckConstraint("net_assets_minor IS NULL OR typeof(net_assets_minor) = 'integer'", name=op.f('ck_organisation_net_assets_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("state IN ('applied', 'active', 'suspended', 'refused', 'closed')", name=op.f('ck_organisation_state')),
    sa.ForeignKeyConstraint(['controller_id'], ['organisation.id'], name=op.f('fk_organisation_controller_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_organisation_public_id')),
    sa.UniqueConstraint('uscc', name=op.f('uq_organisation_uscc'))
    )
    op.create_index(op.f('ix_organisation_district'), 'organisation', ['district'], unique=False)
    op.create_index(op.f('ix_organisation_name'), 'organisation', ['name'], unique=False)
    op.create_index(op.f('ix_organisation_state'), 'organisation', ['state'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('identity', sa.String(length=64), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_secret', sa.String(length=64), nullable=False),
    sa.Column('totp_last_step', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_person_language')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email')),
    sa.UniqueConstraint('public_id', name=op.f('uq_person_public_id'))
    )
    op.create_index(op.f('ix_person_identity'), 'person', ['identity'], unique=False)
    op.create_table('sign_in_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    op.create_index('ix_sign_in_attempt_subject_at', 'sign_in_attempt', ['subject', 'at'], unique=False)
    op.create_table('affiliation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('held_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('share_bp', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('share', 'control', 'family')", name=op.f('ck_affiliation_kind')),
    sa.CheckConstraint('holder_id <> held_id', name=op.f('ck_affiliation_two')),
    sa.CheckConstraint('share_bp >= 0 AND share_bp <= 10000', name=op.f('ck_affiliation_share')),
    sa.ForeignKeyConstraint(['held_id'], ['organisation.id'], name=op.f('fk_affiliation_held_id_organisation')),
    sa.ForeignKeyConstraint(['holder_id'], ['organisation.id'], name=op.f('fk_affiliation_holder_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affiliation')),
    sa.UniqueConstraint('holder_id', 'held_id', name=op.f('uq_affiliation_holder_id_held_id'))
    )
    op.create_index(op.f('ix_affiliation_held_id'), 'affiliation', ['held_id'], unique=False)
    op.create_index(op.f('ix_affiliation_holder_id'), 'affiliation', ['holder_id'], unique=False)
    op.create_table('mandate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('matters', sa.String(length=300), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['organisation.id'], name=op.f('fk_mandate_client_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mandate_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mandate_public_id'))
    )
    op.create_index(op.f('ix_mandate_client_id'), 'mandate', ['client_id'], unique=False)
    op.create_index(op.f('ix_mandate_organisation_id'), 'mandate', ['organisation_id'], unique=False)
    op.create_table('member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('grade', sa.String(length=40), nullable=False),
    sa.Column('desk', sa.String(length=40), nullable=False),
    sa.Column('administrator', sa.Boolean(), nullable=False),
    sa.Column('publisher', sa.Boolean(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("desk IN ('', 'registrar', 'clerk', 'auctioneer', 'finance', 'system', 'security', 'audit')", name=op.f('ck_member_desk')),
    sa.CheckConstraint("grade IN ('officer', 'approver', 'signatory', 'viewer')", name=op.f('ck_member_grade')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_member_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_member_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('public_id', name=op.f('uq_member_public_id'))
    )
    op.create_index(op.f('ix_member_organisation_id'), 'member', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_member_person_id'), 'member', ['person_id'], unique=False)
    op.create_table('one_time_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=False),
    sa.Column('desk', sa.String(length=20), nullable=False),
    sa.Column('administrator', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('invite', 'reset', 'first_administrator', 'demo')", name=op.f('ck_one_time_link_purpose')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_one_time_link_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_one_time_link_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_one_time_link_digest'))
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('digest', name=op.f('uq_recovery_code_digest'))
    )
    op.create_index(op.f('ix_recovery_code_person_id'), 'recovery_code', ['person_id'], unique=False)
    op.create_table('role_limit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=False),
    sa.Column('permission', sa.String(length=80), nullable=False),
    sa.Column('limit_minor', sa.BigInteger(), nullable=False),
    sa.Column('limit_currency', sa.String(length=3), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("limit_minor IS NULL OR typeof(limit_minor) = 'integer'", name=op.f('ck_role_limit_limit_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_role_limit_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_limit')),
    sa.UniqueConstraint('organisation_id', 'grade', 'permission', name=op.f('uq_role_limit_organisation_id_grade_permission')),
    sa.UniqueConstraint('public_id', name=op.f('uq_role_limit_public_id'))
    )
    op.create_index(op.f('ix_role_limit_organisation_id'), 'role_limit', ['organisation_id'], unique=False)
    op.create_table('search_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noun', sa.String(length=40), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('shown_zh', sa.Text(), nullable=False),
    sa.Column('shown_en', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('abstract', sa.Text(), nullable=False),
    sa.Column('claims', sa.Text(), nullable=False),
    sa.Column('applicant', sa.Text(), nullable=False),
    sa.Column('codes', sa.Text(), nullable=False),
    sa.Column('vector', postgresql.TSVECTOR().with_variant(sa.Text(), 'sqlite'), nullable=True),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('price_minor', sa.BigInteger(), nullable=True),
    sa.Column('price_currency', sa.String(length=3), nullable=True),
    sa.Column('indexed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("price_minor IS NULL OR typeof(price_minor) = 'integer'", name=op.f('ck_search_row_price_minor_whole')).ddl_if(dialect='sqlite'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_search_row_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_row')),
    sa.UniqueConstraint('noun', 'public_id', name=op.f('uq_search_row_noun_public_id'))
    )
    op.create_index(op.f('ix_search_row_dated_on'), 'search_row', ['dated_on'], unique=False)
    op.create_index(op.f('ix_search_row_number'), 'search_row', ['number'], unique=False)
    op.create_index(op.f('ix_search_row_organisation_id'), 'search_row', ['organisation_id'], unique=False)
    op.create_table('api_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.String(length=2000), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_api_token_member_id_member')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_api_token_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest')),
    sa.UniqueConstraint('public_id', name=op.f('uq_api_token_public_id'))
    )
    op.create_index(op.f('ix_api_token_member_id'), 'api_token', ['member_id'], unique=False)
    op.create_index(op.f('ix_api_token_organisation_id'), 'api_token', ['organisation_id'], unique=False)
    op.create_table('search_facet',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['row_id'], ['search_row.id'], name=op.f('fk_search_facet_row_id_search_row'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_facet')),
    sa.UniqueConstraint('row_id', 'name', 'value', name=op.f('uq_search_facet_row_id_name_value'))
    )
    op.create_index('ix_search_facet_value', 'search_facet', ['name', 'value'], unique=False)
    op.create_table('user_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('second_factor_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('step_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ip_prefix', sa.String(length=45), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_why', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_user_session_member_id_member')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_user_session_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('id_hash', name=op.f('uq_user_session_id_hash'))
    )
    op.create_index(op.f('ix_user_session_person_id'), 'user_session', ['person_id'], unique=False)
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
    op.drop_table('user_session')
    op.drop_table('search_facet')
    op.drop_table('api_token')
    op.drop_table('search_row')
    op.drop_table('role_limit')
    op.drop_table('recovery_code')
    op.drop_table('one_time_link')
    op.drop_table('member')
    op.drop_table('mandate')
    op.drop_table('affiliation')
    op.drop_table('sign_in_attempt')
    op.drop_table('person')
    op.drop_table('organisation')
