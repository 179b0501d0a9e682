"""A hostile file at each place that takes files: refused by name of what is wrong with it, or read without breaking; never a 500."""

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from exchange.core.errors import CODES
from exchange.core.files.purposes import PURPOSES
from exchange.core.schemas import Day, Shape
from exchange.core.web.policy import READS
from tests.laws.declared import import_everything
from tests.laws.test_bad_requests import nothing, path_of, samples
from tests.services.hostile import bodies, flat
from tests.services.hostile_files import files
from tests.services.requests import CODE, Callers, addresses, faults_of_page, send

import_everything()
PLACES = sorted(endpoint for (endpoint, method), reads in READS.items() if reads.uploads and method == "POST")
EXPECTED = {
    "nothing in it": "FILE_TYPE", "a programme": "FILE_TYPE", "a page": "FILE_TYPE", "a picture's name": "FILE_TYPE", "no ending": "FILE_TYPE",
    "two endings": "FILE_TYPE", "a path": "FILE_TYPE", "a strange name": "FILE_TYPE", "cut off": "FILE_TYPE", "cut off, with an end": "FILE_DAMAGED",
    "noise": "FILE_DAMAGED", "a script": "FILE_ACTIVE_CONTENT", "a launch": "FILE_ACTIVE_CONTENT", "also an archive": "FILE_TYPE",
    "a flood of pixels": "IMAGE_TOO_LARGE", "half a picture": "FILE_DAMAGED",
}
"""What a place for documents says of each file; every other file is not of its kinds at all."""

ARCHIVES = {"a bomb": "ZIP_LIMIT", "an upward path": "ZIP_LIMIT", "archives in archives": "ZIP_LIMIT", "many entries": "ZIP_LIMIT", "nothing in it": "FILE_TYPE"}
"""What is found before anybody reads the rows of an import."""


@pytest.mark.parametrize("endpoint", PLACES)
def test_a_hostile_file_is_refused_by_what_is_wrong_with_it(endpoint: str, demonstration: Any) -> None:
    policy, reads, rule = next(each for each in addresses(demonstration.app) if (each[0].endpoint, each[0].method) == (endpoint, "POST"))
    caller = Callers(demonstration).caller(policy)
    if caller is None:
        pytest.skip("the demonstration has nothing for which this place could take a file")
    wrong: list[tuple[str, ...]] = []
    name, purpose = reads.uploads[0]
    fields = fitting_fields(reads.shape) if reads.shape else []
    for about, filename, content in chosen(purpose):
        boundary, body = encode_multipart(MultiDict([*fields, (name, FileStorage(io.BytesIO(content), filename=filename))]))
        answer = send(caller.client, "POST", path_of(policy, rule, caller) + "?lang=zh", data=body, content_type=f"multipart/form-data; boundary={boundary}")
        if answer.status == 429:
            break
        codes = [code for code in CODE.findall(answer.text) if code in CODES]
        if answer.status >= 500 or (answer.status >= 400 and answer.written):
            wrong.append((about, filename, f"{answer.status} {answer.broke} {answer.written}"))
        elif answer.status >= 400:
            wrong += [(about, filename, fault) for fault in faults_of_page(answer, "zh", reads, [], {})]
            wanted = expected(about, filename, purpose)
            wrong += [(about, filename, f"{codes} instead of {wanted}")] if wanted and wanted not in codes else []
        elif expected(about, filename, purpose):
            wrong.append((about, filename, f"taken with {answer.status}"))
    nothing(wrong)


def chosen(purpose: str) -> list[tuple[str, str, bytes]]:
    """The files for a place: those whose names it takes, and three of those that it does not."""
    taken = [each for each in files() if each[1].rpartition(".")[2] in PURPOSES[purpose].types]
    return taken + [each for each in files() if each not in taken][:3]


def fitting_fields(shape: type[Shape]) -> list[tuple[str, str]]:
    """The other fields, as they are right; days are today."""
    body = samples(bodies(shape(), wrong=0), 2)[-1]
    return flat(body | {name: "2026-11-25" for name, field in shape().fields.items() if isinstance(field, Day)})


def expected(about: str, filename: str, purpose: str) -> str:
    """The code for a file at a place of this purpose; none where the place reads the content itself and judges it."""
    kind = filename.rpartition(".")[2]
    if PURPOSES[purpose].unread or (purpose == "import" and about not in ARCHIVES and kind in PURPOSES[purpose].types):
        return ""
    return (EXPECTED | ARCHIVES).get(about, "FILE_TYPE") if kind in PURPOSES[purpose].types else "FILE_TYPE"
