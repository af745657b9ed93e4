"""A form as it was sent: every value by its field, whatever the fields are."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from .fields import Fields


async def get_fields(request: Request) -> Fields:
    """Return every value of the form that was sent, by name."""
    form = await request.form()
    return {name: tuple(str(one) for one in form.getlist(name)) for name in form}


FieldsDep = Annotated[Fields, Depends(get_fields)]
