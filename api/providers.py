"""Which OpenID Connect provider staff may sign in with, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .oidc.provider import Provider
    from .settings import Settings


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider of the settings; None: there is none. It is not asked for anything."""
    if not settings.oidc_issuer:
        return None
    from .oidc.provider import Options, Provider  # noqa: PLC0415 - few have one

    options = Options(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        scopes=settings.oidc_scopes,
        name_claim=settings.oidc_name_claim,
        groups_claim=settings.oidc_groups_claim,
        placing=settings.placing,
    )
    return Provider(options)
