"""The pages of patents, custody, imports and the registrar's desk."""

from exchange.registers.patents.views import custody, imports, patents, registry, rights

ROOMS = [patents.room, custody.room, imports.room, registry.room, rights.room]
