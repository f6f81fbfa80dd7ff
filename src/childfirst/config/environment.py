"""Every setting that the environment may give, declared once.

``docs/reference/settings.md`` is generated from this list, and a test compares the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from environs import Env, EnvError, validate

from childfirst.shared.errors import UserError

Kind = Literal["text", "bool", "int", "list", "secret"]


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name without the prefix, type, default as written, and meaning."""

    name: str
    kind: Kind
    default: str
    meaning: str

    @property
    def full_name(self) -> str:
        return PREFIX + self.name


PREFIX = "CHILDFIRST_"

VARIABLES = (
    Variable("DATA_DIR", "text", "var", "Folder for databases, facts, bundles, keys and the published store."),
    Variable("SECRET_KEY", "secret", "", "Key of sessions and signatures. Empty: made at first start, kept in keys/."),
    Variable("DEBUG", "bool", "false", "Developer pages and the component gallery. Never on a server."),
    Variable("DEMO", "bool", "false", "Demo sign-ins are listed on the sign-in page. Never with real data."),
    Variable("ALLOWED_HOSTS", "list", "127.0.0.1,localhost,[::1]", "Host names that the two sites answer to."),
    Variable("HTTPS", "bool", "false", "Cookies only over HTTPS, redirect to it, strict transport security."),
    Variable("BEHIND_PROXY", "bool", "false", "Trust X-Forwarded-Proto from the proxy in front."),
    Variable("DATABASE_URL", "secret", "", "Workspace database, postgresql://... Empty: SQLite in the data folder."),
    Variable("PUBLISHED_URL", "secret", "", "Published store for the workspace, which writes it. Empty: SQLite."),
    Variable(
        "PUBLISHED_READER_URL", "secret", "", "Published store for the public site, a read-only login. Empty: SQLite."
    ),
    Variable("PUBLIC_URL", "text", "http://127.0.0.1:8000", "Address of the public site."),
    Variable("WORKSPACE_URL", "text", "http://127.0.0.1:8001", "Address of the workspace."),
    Variable("PARTNERSHIP_NAME", "text", "The partnership", "Name shown in the header of both sites."),
    Variable("PARTNERSHIP_EMAIL", "text", "", "Address that the public site gives for questions and accessibility."),
    Variable("SOURCE_URL", "text", "", "Where the public can find the source code of this installation."),
    Variable("IDLE_MINUTES", "int", "30", "Minutes without a click after which a person is signed out."),
    Variable(
        "SIGN_IN_ATTEMPTS", "int", "5", "Wrong passwords in five minutes before sign-in is locked for that account."
    ),
    Variable("API_CALLS_A_MINUTE", "int", "600", "Calls that one API client may make in a minute before it gets 429."),
    Variable(
        "EMAIL_URL", "secret", "", "Mail server, smtp://user:password@host:port. Empty: messages are written to mail/."
    ),
    Variable("EMAIL_FROM", "text", "childfirst@localhost", "Sender of messages."),
    Variable("OIDC_ISSUER", "text", "", "Address of the single sign-on provider. Empty: none."),
    Variable("OIDC_NAME", "text", "Single sign-on", "Name of the provider on the sign-in page."),
    Variable("OIDC_CLIENT_ID", "text", "", "Client identifier at the provider."),
    Variable("OIDC_CLIENT_SECRET", "secret", "", "Client secret at the provider."),
    Variable(
        "OIDC_SECOND_FACTORS",
        "list",
        "",
        "Second factors (amr claims such as mfa,hwk) of the provider that stand for ours.",
    ),
    Variable("SIGNING_KEY_FILE", "text", "", "Ed25519 private key (PEM) that signs releases. Empty: made in keys/."),
    Variable("LOG_LEVEL", "text", "INFO", "Least level that is logged."),
    Variable("LOG_FORMAT", "text", "json", "json for machines, console for people."),
)

_by_name = {variable.name: variable for variable in VARIABLES}
_env = Env(prefix=PREFIX)

_KINDS = {"bool": "true or false", "int": "a whole number of 1 or more"}
_POSTGRESQL = (
    r"postgres(ql)?://([^/\s]*@)?(\[[0-9a-fA-F:]+\]|[^/\s:@]*)(:\d{1,5})?/[^/\s?]+(\?\S*)?",
    "an address like postgresql://user:password@host/name",
)
_WEB = r"https?://[^/\s]+(/\S*)?", "an address like https://figures.partnership.example"
_FORMS = {
    "DATABASE_URL": _POSTGRESQL,
    "PUBLISHED_URL": _POSTGRESQL,
    "PUBLISHED_READER_URL": _POSTGRESQL,
    "PUBLIC_URL": _WEB,
    "WORKSPACE_URL": _WEB,
    "SOURCE_URL": _WEB,
    "OIDC_ISSUER": _WEB,
    "EMAIL_URL": (
        r"(smtps?|smtp\+tls|smtp\+ssl|submission)://\S+|console:\S*",
        "an address like smtp://user:password@host:587",
    ),
    "LOG_LEVEL": ("DEBUG|INFO|WARNING|ERROR|CRITICAL", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    "LOG_FORMAT": ("json|console", "json or console"),
}
"""What a value must look like where not any text will do, and how a person is told so."""


def read(name: str) -> Any:
    """The value of a declared variable, in its type; a variable that is set to nothing counts as not set.

    Raises KeyError for a variable that is not declared above, and UserError for a value that cannot be meant.
    """
    variable = _by_name[name]
    text = _env.str(name, "").strip() or variable.default
    if variable.kind == "list":
        return [item.strip() for item in text.split(",") if item.strip()]
    if variable.kind in _KINDS and text == variable.default:
        return text == "true" if variable.kind == "bool" else int(text)
    try:
        if variable.kind == "bool":
            return _env.bool(name)
        if variable.kind == "int":
            return _env.int(name, validate=validate.Range(min=1))
    except EnvError:
        raise _wrong(variable, text, _KINDS[variable.kind]) from None
    pattern, wanted = _FORMS.get(name, ("", ""))
    if text and pattern and not re.fullmatch(pattern, text):
        raise _wrong(variable, text, wanted)
    return text


def _wrong(variable: Variable, text: str, wanted: str) -> UserError:
    shown = "has a value that" if variable.kind == "secret" else f"is “{text}”, which"
    return UserError(f"{variable.full_name} {shown} cannot be meant: it must be {wanted}.")


def as_markdown() -> str:
    """The reference page of settings."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable. This page is generated: `make docs`.",
        "",
        "| Variable | Type | Default | Meaning |",
        "| --- | --- | --- | --- |",
    ]
    rows = [
        f"| `{v.full_name}` | {v.kind} | {f'`{v.default}`' if v.default else 'empty'} | {v.meaning} |"
        for v in VARIABLES
    ]
    return "\n".join([*lines, *rows, ""])
