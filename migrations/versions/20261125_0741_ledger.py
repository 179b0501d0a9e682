"""Tables of registers.ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = '20261125_0741_ledger'
down_revision = '20261125_0740_patents'
branch_labels = None
depends_on = None

FUNCTION = """"""
TRIGGERS = (
    ('sqlite', "CREATE TRIGGER tr_journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append_only: journal'); END"),
    ('postgresql', 'CREATE TRIGGER tr_journal_no_update BEFORE UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append_only: journal'); END"),
    ('postgresql', 'CREATE TRIGGER tr_journal_no_delete BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_journal_seal_no_update BEFORE UPDATE ON journal_seal BEGIN SELECT RAISE(ABORT, 'append_only: journal_seal'); END"),
    ('postgresql', 'CREATE TRIGGER tr_journal_seal_no_update BEFORE UPDATE ON journal_seal FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_journal_seal_no_delete BEFORE DELETE ON journal_seal BEGIN SELECT RAISE(ABORT, 'append_only: journal_seal'); END"),
    ('postgresql', 'CREATE TRIGGER tr_journal_seal_no_delete BEFORE DELETE ON journal_seal FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END"),
    ('postgresql', 'CREATE TRIGGER tr_posting_no_update BEFORE UPDATE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END"),
    ('postgresql', 'CREATE TRIGGER tr_posting_no_delete BEFORE DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
    ('sqlite', "CREATE TRIGGER tr_posting_open BEFORE INSERT ON posting BEGIN \n    SELECT RAISE(ABORT, 'LEDGER_SEALED') WHERE EXISTS (SELECT 1 FROM journal_seal WHERE event_key = NEW.event_key);\n    SELECT RAISE(ABORT, 'LEDGER_PERIOD_CLOSED') WHERE EXISTS (\n        SELECT 1 FROM book JOIN journal ON journal.event_key = NEW.event_key\n        WHERE book.id = NEW.book_id AND journal.booked_on <= book.closed_through);\n END"),
    ('sqlite', 'CREATE TRIGGER tr_posting_balance AFTER INSERT ON posting BEGIN \n    UPDATE account SET balance_minor = balance_minor + NEW.posted_minor WHERE id = NEW.account_id;\n END'),
    ('sqlite', "CREATE TRIGGER tr_journal_seal_balanced BEFORE INSERT ON journal_seal BEGIN \n    SELECT RAISE(ABORT, 'LEDGER_UNBALANCED') WHERE\n        (SELECT count(*) FROM posting WHERE event_key = NEW.event_key) < 2\n        OR EXISTS (SELECT 1 FROM posting WHERE event_key = NEW.event_key GROUP BY book_id HAVING sum(posted_minor) <> 0)\n        OR (SELECT count(DISTINCT posted_currency) FROM posting WHERE event_key = NEW.event_key) > 1;\n END"),
    ('sqlite', "CREATE TRIGGER tr_account_fixed BEFORE UPDATE ON account BEGIN \n    SELECT RAISE(ABORT, 'append_only: account') WHERE NEW.id <> OLD.id OR NEW.book_id <> OLD.book_id\n        OR NEW.code <> OLD.code OR NEW.subject <> OLD.subject OR NEW.sign <> OLD.sign\n        OR NEW.balance_currency <> OLD.balance_currency;\n END"),
    ('sqlite', "CREATE TRIGGER tr_account_kept BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'append_only: account'); END"),
    ('sqlite', "CREATE TRIGGER tr_account_empty BEFORE INSERT ON account BEGIN \n    SELECT RAISE(ABORT, 'LEDGER_UNBALANCED') WHERE NEW.balance_minor <> 0;\n END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION posting_open() RETURNS trigger LANGUAGE plpgsql AS $$ \nDECLARE through date;\nBEGIN\n    IF EXISTS (SELECT 1 FROM journal_seal WHERE event_key = NEW.event_key) THEN\n        RAISE EXCEPTION 'LEDGER_SEALED' USING ERRCODE = 'restrict_violation';\n    END IF;\n    SELECT closed_through INTO through FROM book WHERE id = NEW.book_id FOR SHARE;\n    IF through IS NOT NULL AND through >= (SELECT booked_on FROM journal WHERE event_key = NEW.event_key) THEN\n        RAISE EXCEPTION 'LEDGER_PERIOD_CLOSED' USING ERRCODE = 'restrict_violation';\n    END IF;\n    RETURN NEW;\nEND $$; CREATE TRIGGER tr_posting_open BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION posting_open()"),
    ('postgresql', 'CREATE OR REPLACE FUNCTION posting_balance() RETURNS trigger LANGUAGE plpgsql AS $$ \nBEGIN\n    UPDATE account SET balance_minor = balance_minor + NEW.posted_minor WHERE id = NEW.account_id;\n    RETURN NULL;\nEND $$; CREATE TRIGGER tr_posting_balance AFTER INSERT ON posting FOR EACH ROW EXECUTE FUNCTION posting_balance()'),
    ('postgresql', "CREATE OR REPLACE FUNCTION journal_seal_balanced() RETURNS trigger LANGUAGE plpgsql AS $$ \nBEGIN\n    IF (SELECT count(*) FROM posting WHERE event_key = NEW.event_key) < 2\n        OR EXISTS (SELECT 1 FROM posting WHERE event_key = NEW.event_key GROUP BY book_id HAVING sum(posted_minor) <> 0)\n        OR (SELECT count(DISTINCT posted_currency) FROM posting WHERE event_key = NEW.event_key) > 1 THEN\n        RAISE EXCEPTION 'LEDGER_UNBALANCED' USING ERRCODE = 'restrict_violation';\n    END IF;\n    RETURN NEW;\nEND $$; CREATE TRIGGER tr_journal_seal_balanced BEFORE INSERT ON journal_seal FOR EACH ROW EXECUTE FUNCTION journal_seal_balanced()"),
    ('postgresql', "CREATE OR REPLACE FUNCTION account_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ \nBEGIN\n    IF TG_OP = 'DELETE' OR (NEW.id, NEW.book_id, NEW.code, NEW.subject, NEW.sign, NEW.balance_currency)\n        IS DISTINCT FROM (OLD.id, OLD.book_id, OLD.code, OLD.subject, OLD.sign, OLD.balance_currency) THEN\n        RAISE EXCEPTION 'append_only: account' USING ERRCODE = 'restrict_violation';\n    END IF;\n    RETURN NEW;\nEND $$; CREATE TRIGGER tr_account_fixed BEFORE UPDATE OR DELETE ON account FOR EACH ROW EXECUTE FUNCTION account_fixed()"),
    ('postgresql', "CREATE OR REPLACE FUNCTION account_empty() RETURNS trigger LANGUAGE plpgsql AS $$ \nBEGIN\n    IF NEW.balance_minor <> 0 THEN\n        RAISE EXCEPTION 'LEDGER_UNBALANCED' USING ERRCODE = 'restrict_violation';\n    END IF;\n    RETURN NEW;\nEND $$; CREATE TRIGGER tr_account_empty BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_empty()"),
    ('postgresql', 'CREATE TRIGGER tr_journal_no_truncate BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'),
    ('postgresql', 'CREATE TRIGGER tr_journal_seal_no_truncate BEFORE TRUNCATE ON journal_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'),
    ('postgresql', 'CREATE TRIGGER tr_posting_no_truncate BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'),
    ('postgresql', 'CREATE TRIGGER tr_account_no_truncate BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'),
    ('postgresql', 'ALTER TABLE journal ADD CONSTRAINT fk_journal_sealed FOREIGN KEY(event_key) REFERENCES journal_seal (event_key) DEFERRABLE INITIALLY DEFERRED'),
)


def upgrade() -> None:
    op.create_table('journal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_key', sa.String(length=120), nullable=False),
    sa.Column('event_id', sa.String(length=60), nullable=False),
    sa.Column('legs_sha256', sa.String(length=64), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('reverses_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('memo', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_key'], ['journal_seal.event_key'], name='fk_journal_sealed', initially='DEFERRED', deferrable=True, use_alter=True),
    sa.ForeignKeyConstraint(['reverses_id'], ['journal.id'], name=op.f('fk_journal_reverses_id_journal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal')),
    sa.UniqueConstraint('event_key', name=op.f('uq_journal_event_key')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_journal_reverses_id'))
    )
    op.create_index(op.f('ix_journal_booked_on'), 'journal', ['booked_on'], unique=False)
    op.create_index(op.f('ix_journal_event_id'), 'journal', ['event_id'], unique=False)
    op.create_index(op.f('ix_journal_value_on'), 'journal', ['value_on'], unique=False)
    op.create_table('book',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('closed_through', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('bank', 'guarantor', 'reguarantor', 'pool', 'party', 'enterprise', 'escrow', 'exchange')", name=op.f('ck_book_kind')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_book_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_book')),
    sa.UniqueConstraint('organisation_id', 'kind', 'currency', name=op.f('uq_book_organisation_id_kind_currency')),
    sa.UniqueConstraint('public_id', name=op.f('uq_book_public_id'))
    )
    op.create_index(op.f('ix_book_organisation_id'), 'book', ['organisation_id'], unique=False)
    op.create_table('journal_seal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_key', sa.String(length=120), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_key'], ['journal.event_key'], name=op.f('fk_journal_seal_event_key_journal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_seal')),
    sa.UniqueConstraint('event_key', name=op.f('uq_journal_seal_event_key'))
    )
    op.create_table('account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('book_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('sign', sa.String(length=40), nullable=False),
    sa.Column('balance_minor', sa.BigInteger(), nullable=False),
    sa.Column('balance_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("(sign <> 'debit' OR balance_minor >= 0) AND (sign <> 'credit' OR balance_minor <= 0)", name=op.f('ck_account_sign_held')),
    sa.CheckConstraint("balance_minor IS NULL OR typeof(balance_minor) = 'integer'", name=op.f('ck_account_balance_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint("sign IN ('debit', 'credit', 'any')", name=op.f('ck_account_sign')),
    sa.ForeignKeyConstraint(['book_id'], ['book.id'], name=op.f('fk_account_book_id_book')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('book_id', 'code', 'subject', name=op.f('uq_account_book_id_code_subject')),
    sa.UniqueConstraint('id', 'book_id', name=op.f('uq_account_id_book_id'))
    )
    op.create_index('ix_account_subject', 'account', ['subject'], unique=False)
    op.create_table('posting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_key', sa.String(length=120), nullable=False),
    sa.Column('book_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('posted_minor', sa.BigInteger(), nullable=False),
    sa.Column('posted_currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint("posted_minor IS NULL OR typeof(posted_minor) = 'integer'", name=op.f('ck_posting_posted_minor_whole')).ddl_if(dialect='sqlite'),
    sa.CheckConstraint('posted_minor <> 0', name=op.f('ck_posting_moves')),
    sa.ForeignKeyConstraint(['account_id', 'book_id'], ['account.id', 'account.book_id'], name=op.f('fk_posting_account_id_account')),
    sa.ForeignKeyConstraint(['book_id'], ['book.id'], name=op.f('fk_posting_book_id_book')),
    sa.ForeignKeyConstraint(['event_key'], ['journal.event_key'], name=op.f('fk_posting_event_key_journal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('event_key', 'account_id', name=op.f('uq_posting_event_key_account_id'))
    )
    op.create_index('ix_posting_account', 'posting', ['account_id', 'id'], unique=False)
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
    op.drop_table('posting')
    op.drop_table('account')
    op.drop_table('journal_seal')
    op.drop_table('book')
    op.drop_table('journal')
