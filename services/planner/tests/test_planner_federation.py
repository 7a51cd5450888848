"""Signing in with an account from elsewhere: asked for in a description or later, and what is said of it."""

import time
from datetime import UTC, datetime

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.federation import take_federation

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = "Orders have a number and belong to a customer. Customers have a name."


def providers(manifest: Manifest) -> list[str | None]:
    assert manifest.access.sign_in or not manifest.integrations
    return [block.provider for block in manifest.integrations if block.kind == "oidc"]


BASE = made(SHOP)
GOOGLE = made(f"{SHOP} Users sign in with Google.")

WISHES = [
    ("Users sign in with Google.", "google"),
    ("Users can log in via Microsoft or with e-mail and password.", "microsoft"),
    ("Users should be able to sign in with their Google account.", "google"),
    ("It needs single sign-on.", None),
    ("It has SSO via Keycloak.", "keycloak"),
    ("With an Okta login.", "okta"),
    ("Authentication is handled by Auth0.", "auth0"),
    ("Use our company Azure AD for authentication.", "microsoft"),
    ("Use authentik as the identity provider.", "authentik"),
    ("OpenID Connect login with Zitadel.", "zitadel"),
    ("OIDC login.", None),
    ("People log in using e-mail or GitLab.", "gitlab"),
]


@pytest.mark.parametrize(("wish", "provider"), WISHES, ids=[wish for wish, _ in WISHES])
def test_a_wish_to_sign_in_with_an_account_from_elsewhere_is_built(wish: str, provider: str | None) -> None:
    result = ask(f"{SHOP} {wish}")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert providers(result.manifest) == [provider]
    assert result.manifest.entities == BASE.entities
    assert result.decision.open_points == ()
    (said,) = [line for line in result.decision.assumed if "OIDC_CLIENT_ID" in line]
    assert ("OIDC_ISSUER" in said) == (provider not in ("google", "gitlab"))
    assert any(line.startswith("They can do so") for line in result.decision.understood)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Users sign in with Google and only see their own orders.", ("Order",)),
        ("Users only see their own orders. Single sign-on with Okta.", ("Order",)),
    ],
)
def test_the_rest_of_what_is_said_of_signing_in_counts_too(text: str, kept: tuple[str, ...]) -> None:
    manifest = made(f"{SHOP} {text}")
    assert (len(providers(manifest)), manifest.access.own) == (1, kept)


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("Ich möchte eine App für Bücher. Bücher haben einen Titel. Anmeldung mit Google.", "google"),
        ("Bücher haben einen Titel und einen Autor. Benutzer können sich mit Microsoft anmelden.", "microsoft"),
        ("Bücher haben einen Titel und einen Autor. Die Benutzer melden sich mit Google an.", "google"),
        ("Les livres ont un titre et un auteur. Connexion avec Google.", "google"),
        ("Les livres ont un titre et un auteur. Les utilisateurs peuvent se connecter avec Google.", "google"),
    ],
)
def test_it_can_be_said_in_german_and_french(text: str, provider: str) -> None:
    manifest = made(text)
    assert providers(manifest) == [provider]
    assert manifest.access.sign_in
    assert [entity.name for entity in manifest.entities] == ["Book"]


@pytest.mark.parametrize("name", ["GitHub", "Facebook", "Twitter", "Apple", "LinkedIn", "SAML"])
def test_what_is_no_openid_connect_is_said(name: str) -> None:
    result = ask(f"{SHOP} Users sign in with {name}.")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert (providers(result.manifest), result.manifest.access.sign_in) == ([], True)
    (point,) = result.decision.open_points
    assert point.startswith(f"Signing in with {name} is not built")


def test_there_is_one_provider_and_what_is_left_out_is_said() -> None:
    result = ask(f"{SHOP} Users sign in with Google, Microsoft or GitHub.")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert providers(result.manifest) == ["google"]
    assert [point.split(" is ")[0] for point in result.decision.open_points] == ["Signing in with GitHub", "Signing in with Microsoft"]


@pytest.mark.parametrize(
    "text",
    [
        "Employees have a name and an SSO id.",
        "Books have a title, a Google rating and a login.",
        "Track Google accounts: accounts have a login and a password.",
        "Registrations have a date and belong to a course. Courses have a Microsoft code.",
        "Users sign in with e-mail and password.",
    ],
)
def test_what_only_sounds_like_it_is_none(text: str) -> None:
    assert take_federation(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("add Google login", "google"),
        ("let people sign in with Okta", "okta"),
        ("users should be able to log in with their Microsoft account", "microsoft"),
        ("add single sign-on", None),
        ("use Keycloak for SSO", "keycloak"),
        ("Anmeldung mit Google", "google"),
        ("connexion avec Google", "google"),
    ],
)
def test_it_can_come_later_and_go_again(text: str, provider: str | None) -> None:
    later = made(text, BASE)
    assert (providers(later), later.access.sign_in) == ([provider], True)
    assert isinstance(ask(text, later), PlanAnswered)
    for gone in ("remove the single sign-on", "remove the SSO"):
        without = made(gone, later)
        assert (providers(without), without.access.sign_in) == ([], True)
    assert made("remove the login", later) == BASE


def test_another_provider_takes_the_place_of_the_first() -> None:
    assert providers(made("users sign in with Microsoft instead", GOOGLE)) == ["microsoft"]
    assert providers(made("remove the Google login", GOOGLE)) == []
    for text in ("remove the Okta login", "add GitHub login"):
        assert isinstance(ask(text, GOOGLE), PlanAnswered)
    assert isinstance(ask("remove the single sign-on", BASE), PlanAnswered)
    assert "Signing in with GitHub is not built" in str(ask("add GitHub login", BASE))


def test_other_changes_keep_it() -> None:
    assert providers(made("add a due date to orders", GOOGLE)) == ["google"]
    assert providers(made("everyone sees only their own orders", GOOGLE)) == ["google"]


@pytest.mark.parametrize(
    "piece",
    ["google or ", "sso ", "with sso ", "an email or ", "and it needs google, ", "login with ", "the ", "an the our ", "google and "],
)
def test_no_text_takes_long(piece: str) -> None:
    row = piece * (900 // len(piece))  # a longer sentence is not read at all
    begun = time.process_time()
    take_federation(f"users sign in with google {row}x")
    take_federation(f"google sso {row}x")
    take_federation(f"{row}google!")
    assert time.process_time() - begun < 5, "where each way to share the row out is tried, it is hours"
