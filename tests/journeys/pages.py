"""What a reader without script finds on a page: its links, its forms, and what each form would send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

VOID_KINDS = ("submit", "button", "reset", "image")


@dataclass
class Form:
    """One form: where it goes, what it offers and what it would send untouched."""

    action: str
    method: str
    id: str = ""
    standing: list[tuple[str, str]] = field(default_factory=list)
    offered: dict[str, set[str] | None] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it goes, without the query."""
        return urlsplit(self.action).path

    def value(self, name: str) -> str:
        """What stands in a control."""
        return next(value for each, value in self.standing if each == name)

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent when the reader types these; only what the page offers can be typed or chosen."""
        sent: dict[str, list[Any]] = {}
        for name, standing in self.standing:
            if name not in given:
                sent.setdefault(name, []).append(standing)
        for name, typed in given.items():
            assert name in self.offered, f"{self.action} has no {name}; it has {sorted(self.offered)}"
            sent[name] = [self._chosen(name, each) for each in (typed if isinstance(typed, list) else [typed])]
        return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}

    def _chosen(self, name: str, typed: Any) -> Any:
        choices = self.offered[name]
        if isinstance(typed, tuple):
            return typed
        text = typed.isoformat() if isinstance(typed, date) else str(typed)
        assert choices is None or text in choices, f"{self.action} offers {sorted(choices or ())} for {name}, not {text}"
        return text


class Page(HTMLParser):
    """A page as it came."""

    def __init__(self, text: str, path: str, status: int = 200) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.path, self.status = text, path, status
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select: tuple[Form, str, list[tuple[str, bool]]] | None = None
        self._area: tuple[Form, str, list[str]] | None = None
        self.feed(text)

    def form(self, action: str) -> Form:
        """The form that goes to ``action``."""
        found = [each for each in self.forms if each.path == action and each.method == "post"]
        assert found, f"{self.path} has no form to {action}; it has {[each.action for each in self.forms if each.method == 'post']}"
        return found[0]

    def forms_to(self, beginning: str, ending: str) -> Iterator[Form]:
        """The forms whose address begins and ends so."""
        return (each for each in self.forms if each.path.startswith(beginning) and each.path.endswith(ending))

    def links_to(self, beginning: str) -> list[str]:
        """The paths of links that begin so, each once."""
        return list(dict.fromkeys(path for path in (urlsplit(each).path for each in self.links) if path.startswith(beginning)))

    # ------------------------------------------------------------------ reading

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what matters."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(found.get("action") or self.path, found.get("method", "get").lower(), found.get("id", ""))
            self.forms.append(self._form)
        elif tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "input":
            self._input(found)
        elif tag == "button" and found.get("name") and (form := self._home(found)) is not None:
            form.offered[found["name"]] = (form.offered.get(found["name"]) or set()) | {found.get("value", "")}
        elif tag == "select" and (form := self._home(found)) is not None:
            self._select = (form, found.get("name", ""), [])
        elif tag == "option" and self._select is not None:
            self._select[2].append((found.get("value", ""), "selected" in found))
        elif tag == "textarea" and (form := self._home(found)) is not None:
            self._area = (form, found.get("name", ""), [])

    def handle_data(self, data: str) -> None:
        """The text of a text area is its value."""
        if self._area is not None:
            self._area[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None:
            form, name, parts = self._area
            form.offered[name] = None
            form.standing.append((name, "".join(parts)))
            self._area = None
        elif tag == "select" and self._select is not None:
            form, name, options = self._select
            form.offered[name] = (form.offered.get(name) or set()) | {value for value, _chosen in options}
            chosen = [value for value, is_chosen in options if is_chosen] or [value for value, _chosen in options[:1]]
            form.standing += [(name, value) for value in chosen]
            self._select = None

    def _home(self, found: Mapping[str, str]) -> Form | None:
        if "disabled" in found:
            return None
        if name := found.get("form"):
            return next((each for each in self.forms if each.id == name), None)
        return self._form

    def _input(self, found: Mapping[str, str]) -> None:
        form, name, kind = self._home(found), found.get("name", ""), found.get("type", "text")
        if form is None or not name or kind in VOID_KINDS:
            return
        if kind in ("checkbox", "radio"):
            form.offered[name] = (form.offered.get(name) or set()) | {found.get("value", "on")}
            if "checked" not in found:
                return
        else:
            form.offered[name] = None
        if kind != "file":
            form.standing.append((name, found.get("value", "on" if kind == "checkbox" else "")))
