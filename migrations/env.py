"""Alembic's environment: one connection of the application's engine, both databases, each migration in one transaction."""

from __future__ import annotations

from alembic import context

from exchange.core.database import db, metadata, writing


def run() -> None:
    """Run the migrations on the database of the application."""
    app = context.config.attributes["app"]
    with app.app_context(), writing(), db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=metadata, transaction_per_migration=False, compare_type=True,
            render_as_batch=False)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
