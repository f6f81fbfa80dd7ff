"""Forms of administration: organisations, invitations, roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from childfirst.design.forms import GovukForm, Present
from childfirst.design.wording import capital, spoken_name
from childfirst.people.models import Organisation
from childfirst.people.queries import allowed_by
from childfirst.people.rules import KEY_LIFETIMES
from childfirst.people.vocabulary import ROLE_ORGANISATIONS, ApiScope, OrganisationKind, Role

PASSWORD_HINT = "At least 12 characters. Three words that do not belong together make a good one."  # noqa: S105

KIND_HINTS = {
    OrganisationKind.FORCE: "The force itself, or one of its teams",
    OrganisationKind.COUNCIL: "A council, or one of its services",
    OrganisationKind.SCHOOL: "A school or a college, with its URN",
    OrganisationKind.YOUTH_ORGANISATION: "A youth club, a charity, a detached youth work team",
    OrganisationKind.OVERSIGHT: "An assembly, an inspectorate, an ombudsman, an independent panel",
}


class OrganisationForm(GovukForm):
    """A new organisation; the same form corrects one, without its kind."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(
        label="What kind of organisation is it?", choices=OrganisationKind, widget=forms.RadioSelect
    )
    urn = forms.IntegerField(
        label="Unique reference number (URN)", help_text="Six digits, from the register of schools", min_value=100000, max_value=999999
    )  # fmt: skip
    force_parent = forms.ModelChoiceField(
        Organisation.objects.none(), label="Part of", required=False, empty_label="Not a part of another", help_text="For a team"
    )  # fmt: skip
    council_parent = forms.ModelChoiceField(
        Organisation.objects.none(), label="Part of", required=False, empty_label="Not a part of another", help_text="For a service"
    )  # fmt: skip
    area_code = forms.CharField(
        label="Code of the area it serves (optional)", max_length=20, required=False, help_text="For example E05009288"
    )
    present = {
        "name": Present(width="two-thirds", autocomplete="off"),
        "kind": Present(
            name="what kind of organisation it is",
            hints={kind.value: hint for kind, hint in KIND_HINTS.items()},
            reveals={"school": "urn", "force": "force_parent", "council": "council_parent"},
        ),
        "urn": Present(name="the URN", width=10),
        "area_code": Present(name="the area code", width=10, autocomplete="off"),
    }

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        initial = {}
        if organisation is not None:
            initial = {
                "name": organisation.name,
                "kind": organisation.kind,
                "urn": organisation.urn,
                "area_code": organisation.area_code,
                f"{organisation.kind}_parent": organisation.parent_id,
            }
        super().__init__(*args, initial=initial, **kwargs)
        for kind in (OrganisationKind.FORCE, OrganisationKind.COUNCIL):
            others = Organisation.objects.filter(kind=kind)
            field = self.fields[f"{kind.value}_parent"]
            field.queryset = others.exclude(pk=organisation.pk) if organisation else others  # type: ignore[attr-defined]
        if organisation is not None:
            # The kind is settled, so nothing is revealed by it: what belongs to it stands in the open.
            belongs = {"school": ("urn",), "force": ("force_parent",), "council": ("council_parent",)}
            kept = {"name", "area_code", *belongs.get(organisation.kind, ())}
            self.fields = {name: field for name, field in self.fields.items() if name in kept}

    def for_action(self) -> dict[str, Any]:
        """The cleaned values as the actions take them (without the kind)."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "parent": data.get("force_parent") or data.get("council_parent"),
            "urn": data.get("urn"),
            "area_code": data["area_code"],
        }


def roles_for(kind: str) -> list[Role]:
    """The roles that can be held in an organisation of this kind, in the vocabulary's order."""
    return [role for role in Role if kind in ROLE_ORGANISATIONS[role]]


def role_hints(roles: list[Role]) -> dict[str, str]:
    """What each role may do, as a sentence for the hint under it."""
    return {role.value: capital("; ".join(_of_others(label) for label in allowed_by(role))) + "." for role in roles}


def _of_others(label: str) -> str:
    """What a permission allows, said of somebody else and within a sentence."""
    return spoken_name(label).replace("that you ", "that they ").replace("of your ", "of their ")


class OrganisationChoiceForm(GovukForm):
    """The first question of an invitation or a new role: where."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label="Which organisation is it for?", empty_label="Choose an organisation"
    )
    present = {"organisation": Present(heading=True, name="an organisation")}


class _RoleForm(GovukForm):
    role = forms.ChoiceField(label="Which role?", choices=(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        roles = roles_for(organisation.kind)
        self.present = {**self.present, "role": Present(name="a role", hints=role_hints(roles))}  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class InvitationForm(_RoleForm):
    """Who is invited, as what. The organisation is settled by the page."""

    name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(
        label="Work email address",
        help_text="The link goes to this address. They sign in with it later.",
        max_length=254,
    )
    field_order = ["name", "email", "role"]
    present = {
        "name": Present(width="two-thirds", autocomplete="off"),
        "email": Present(width="two-thirds", autocomplete="off"),
    }


class RoleForm(_RoleForm):
    """One more role for a person."""


class ClosingForm(GovukForm):
    """Why an account is closed."""

    reason = forms.CharField(
        label="Why are you closing this account?",
        help_text="This stays on the audit trail. For example: left the force on 1 March.",
        max_length=500,
        widget=forms.Textarea,
    )
    present = {"reason": Present(name="why you are closing this account", rows=3, count=True)}


class AcceptanceForm(GovukForm):
    """An invited person says how they are called and chooses a password."""

    name = forms.CharField(label="Your name", help_text="As colleagues know you", max_length=150)
    password = forms.CharField(label="Choose a password", help_text=PASSWORD_HINT, strip=False, widget=forms.PasswordInput, max_length=256)  # fmt: skip
    present = {
        "name": Present(autocomplete="name", width="two-thirds"),
        "password": Present(autocomplete="new-password", name="a password"),
    }


def password_rules() -> list[str]:
    """What a password must be, sentence by sentence."""
    return password_validators_help_texts()


def _lifetime() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="How long should the key work?",
        choices=list(KEY_LIFETIMES.items()),
        coerce=int,
        widget=forms.RadioSelect,
    )


class ApiClientForm(GovukForm):
    """A key for a system of the force."""

    name = forms.CharField(
        label="Which system is it for?",
        help_text="Its name stands on the audit trail, for example “CONNECT, north area”.",
        max_length=60,
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="For which force or team does it act?",
        help_text="For a force, it may record for each of its teams.",
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?", choices=ApiScope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = _lifetime()
    present = {
        "name": Present(name="the name of the system", width="two-thirds", autocomplete="off"),
        "organisation": Present(name="the force or team"),
        "scopes": Present(name="what it may do"),
        "days": Present(name="how long the key should work"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(kind=OrganisationKind.FORCE)  # type: ignore[attr-defined]


class RotationForm(GovukForm):
    """A new key for the same system."""

    days = _lifetime()
    old_key = forms.ChoiceField(
        label="What happens to the old key?",
        choices=[("overlap", "It works for 24 hours more"), ("at_once", "It stops at once")],
        widget=forms.RadioSelect,
    )
    present = {
        "days": Present(name="how long the new key should work"),
        "old_key": Present(
            name="what happens to the old key",
            hints={
                "overlap": "Time to change the system over without a gap",
                "at_once": "When somebody else may have seen it",
            },
        ),
    }


class RevocationForm(GovukForm):
    """Why a key is stopped."""

    reason = forms.CharField(
        label="Why is the key revoked?",
        help_text="It stands on the audit trail.",
        max_length=300,
        widget=forms.Textarea,
    )
    present = {"reason": Present(name="why the key is revoked")}
