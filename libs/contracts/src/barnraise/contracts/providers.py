"""Providers that people sign in with by OpenID Connect, as far as they are known by name."""

from typing import NamedTuple


class Provider(NamedTuple):
    """``issuer``: where the provider is, empty when every organisation has its own, which then looks like ``example``."""

    label: str
    issuer: str = ""
    example: str = ""


PROVIDERS = {
    "google": Provider("Google", "https://accounts.google.com"),
    "gitlab": Provider("GitLab", "https://gitlab.com"),
    "microsoft": Provider("Microsoft", example="https://login.microsoftonline.com/<tenant>/v2.0"),
    "okta": Provider("Okta", example="https://<organisation>.okta.com"),
    "auth0": Provider("Auth0", example="https://<tenant>.auth0.com/"),
    "keycloak": Provider("Keycloak", example="https://<host>/realms/<realm>"),
    "zitadel": Provider("Zitadel", example="https://<instance>.zitadel.cloud"),
    "authentik": Provider("authentik", example="https://<host>/application/o/<application>/"),
    "authelia": Provider("Authelia", example="https://<host>"),
    "onelogin": Provider("OneLogin", example="https://<organisation>.onelogin.com/oidc/2"),
    "cognito": Provider("Amazon Cognito", example="https://cognito-idp.<region>.amazonaws.com/<pool>"),
}
UNNAMED = Provider("single sign-on", example="https://id.example.com")


def provider(name: str | None) -> Provider:
    """The provider of that name; one that nothing is known of has the name as its label."""
    if name is None:
        return UNNAMED
    return PROVIDERS.get(name) or UNNAMED._replace(label=name.replace("-", " ").title())
