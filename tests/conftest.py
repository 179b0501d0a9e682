"""What every test may ask for: a clean database of either kind, the application on it, clients, a frozen clock.

`--db sqlite|postgresql|both` chooses the databases (both by default): a test that asks for `database` runs once on each.
`--cases FILE` names a further file of worked cases for the valuation.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services import postgres
from tests.services.browser import chromium_browser  # noqa: F401  # one browser a worker, whoever asks
from tests.services.databases import CLUSTER_VARIABLE, PostgresDatabase, SqliteDatabase
from tests.services.demonstration import copy_files, make_demonstration_once
from tests.services.house import House
from tests.services.sockets import allow_loopback_only

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
FROZEN = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
KINDS = {"sqlite": ["sqlite"], "postgresql": ["postgresql"], "both": ["sqlite", "postgresql"]}
CLUSTER: list[postgres.Cluster] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this house."""
    parser.addoption("--db", choices=sorted(KINDS), default="both", help="databases to run on (default: both)")
    parser.addoption("--cases", metavar="FILE", default=None, help="a further file of worked cases for the valuation")


def pytest_configure(config: pytest.Config) -> None:
    """Shut the network; let the controller of a parallel run start PostgreSQL for its workers."""
    allow_loopback_only()
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput") and config.getoption("--db") != "sqlite":
        cluster_address()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster that this process started."""
    while CLUSTER:
        CLUSTER.pop().stop()
        os.environ.pop(CLUSTER_VARIABLE, None)


def cluster_address() -> str:
    """Name the run's PostgreSQL cluster, started at its first use."""
    if CLUSTER_VARIABLE not in os.environ:
        try:
            CLUSTER.append(postgres.start())
        except postgres.PostgresMissing as missing:
            pytest.exit(str(missing), returncode=3)
        os.environ[CLUSTER_VARIABLE] = CLUSTER[0].address
    return os.environ[CLUSTER_VARIABLE]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of the database once on each kind."""
    if "database_kind" in metafunc.fixturenames:
        kinds = KINDS[metafunc.config.getoption("--db")]
        one = metafunc.definition.get_closest_marker("one_database") is not None
        metafunc.parametrize("database_kind", kinds[:1] if one else kinds, scope="session")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real sample files, which are not part of the project."""
    if not SAMPLES.is_dir():
        pytest.skip("the sample files do not lie beside this checkout")
    return SAMPLES


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Callable[[str], House]]:
    """One application a worker and kind of database, made at its first use."""
    opened: dict[str, House] = {}

    def house(kind: str) -> House:
        if kind not in opened:
            folder = tmp_path_factory.mktemp(f"house-{kind}")
            opened[kind] = House(folder, lambda create: _database(kind, folder, worker_id, create))
        return opened[kind]

    yield house
    for each in opened.values():
        each.close()


def _database(kind: str, folder: Path, worker_id: str, create: Callable[[str], None]) -> SqliteDatabase | PostgresDatabase:
    if kind == "sqlite":
        return SqliteDatabase(folder, create)
    return PostgresDatabase(cluster_address(), f"test_{worker_id}", create)


@pytest.fixture(scope="session")
def demonstration_template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of a house with the demonstration's data, made once a run by the first who asks."""
    base = tmp_path_factory.getbasetemp()
    return make_demonstration_once((base if worker_id == "alone" else base.parent) / "demonstration")


@pytest.fixture
def demonstration(demonstration_template: Path, demonstrations: Callable[[], House]) -> Iterator[House]:
    """The application on a fresh copy of the demonstration's data (SQLite), inside an application context."""
    chosen = demonstrations()
    with chosen.clean():
        yield chosen


@pytest.fixture(scope="session")
def demonstrations(demonstration_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., House]]:
    """One application a worker and environment on copies of the demonstration."""
    opened: dict[str, House] = {}

    def house(environment: str = "test") -> House:
        if environment not in opened:
            folder = tmp_path_factory.mktemp(f"demonstration-{environment}")
            copy_files(demonstration_template, folder)
            opened[environment] = House(
                folder, lambda create: SqliteDatabase(folder, create, template=demonstration_template / "template.sqlite3"),
                environment=environment)
        return opened[environment]

    yield house
    for each in opened.values():
        each.close()


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name this worker, also when there is only one."""
    return getattr(request.config, "workerinput", {}).get("workerid", "alone")


@pytest.fixture
def house(houses: Callable[[str], House], database_kind: str) -> Iterator[House]:
    """The application on a clean database, inside an application context."""
    chosen = houses(database_kind)
    with chosen.clean():
        yield chosen


@pytest.fixture
def app(house: House) -> Any:
    """The Flask application on a clean database."""
    return house.app


@pytest.fixture
def database(house: House) -> Any:
    """Flask-SQLAlchemy's `db` on a clean database."""
    return house.db


@pytest.fixture
def session(house: House) -> Any:
    """The session of this test."""
    return house.db.session


@pytest.fixture
def client(house: House) -> Any:
    """A browser-like client of nobody."""
    return house.client()


@pytest.fixture
def act_as(house: House) -> Callable[..., Any]:
    """Sign in somebody of a kind and grade: `act_as("bank approver")`; the client has `.actor`."""
    return house.act_as


@pytest.fixture
def clock() -> Iterator[Any]:
    """The clock stands at 2026-11-25 10:00 in Shanghai; `clock.move_to(moment)` and `clock.pass_(days=1)` move it."""
    from tests.services.clock import Clock

    with Clock(FROZEN) as frozen:
        yield frozen


@pytest.fixture
def statements() -> Callable[[], Any]:
    """`with statements() as said: …` then `said.changed == set()` (nothing was written) or `len(said.reads) <= 12`."""
    from tests.services.statements import listened

    return listened
