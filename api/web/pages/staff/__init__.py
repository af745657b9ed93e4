"""The pages of staff: log-in, work, account."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.forgery import check_sender

from . import (
    account,
    export,
    home,
    import_check,
    import_file,
    import_set,
    login,
    login_oidc,
    new_record,
    new_site,
    pin,
    record_form,
    record_history,
    records,
    reports,
    unsaved,
    users,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_sender)])
for _part in (
    login,
    login_oidc,
    account,
    home,
    new_site,
    import_file,
    import_check,
    import_set,
    export,
    reports,
    pin,
    unsaved,
    users,
    records,
    new_record,
    record_history,
    record_form,
):
    router.include_router(_part.router)

__all__ = ["router"]
