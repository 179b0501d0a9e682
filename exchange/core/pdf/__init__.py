"""Documents as PDF/A-3a, page images and checks of uploads, made in child processes that hold nothing worth stealing."""

from exchange.core.pdf.documents import (
    DocumentHead,
    Rendered,
    attached,
    canonical,
    inspect,
    page_image,
    page_sizes,
    page_text,
    pool_for,
    preview,
    render,
)
from exchange.core.sandbox.refusal import Refusal, RenderFailure

__all__ = [
    "DocumentHead", "Refusal", "RenderFailure", "Rendered", "attached", "canonical", "inspect", "page_image",
    "page_sizes", "page_text", "pool_for", "preview", "render",
]  # fmt: skip
