"""The steps of the journeys assert too: a failure there shows what was compared."""

import pytest

pytest.register_assert_rewrite("tests.journeys.line", "tests.journeys.people", "tests.journeys.pages")
