"""Organisations, accounts, the roles that people hold in organisations, and invitations."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q

from childfirst.people.vocabulary import ROLE_PERMISSIONS, ApiScope, OrganisationKind, Permission, Role
from childfirst.shared import clock
from childfirst.shared.constraints import in_order, one_of
from childfirst.shared.records import Record, choice_field


class Organisation(Record):
    """A partner: the force or one of its teams, a council, a school, a youth organisation, an oversight body.

    ``parent`` makes a team part of its force. ``urn`` ties a school's organisation to the register of schools,
    ``area_code`` a team to the area it serves.
    """

    name = models.CharField(max_length=200)
    kind = choice_field(OrganisationKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    urn = models.PositiveIntegerField(null=True, blank=True)
    area_code = models.CharField(max_length=20, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("parent", "area_code")
        public: ClassVar[tuple[str, ...]] = ("name", "kind", "urn")

    class Meta:
        ordering = ("name",)
        constraints: ClassVar[list[Any]] = [
            one_of("kind", OrganisationKind, name="people_organisation_kind"),
            models.UniqueConstraint(fields=["kind", "name"], name="people_organisation_name_once"),
            models.CheckConstraint(
                condition=Q(urn__isnull=True) | Q(kind=OrganisationKind.SCHOOL),
                name="people_organisation_urn_of_school",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Accounts by address."""

    def create_account(self, *, email: str, name: str, password: str | None = None) -> Account:
        """A new account; without a password it can only be entered by single sign-on or an invitation."""
        account = self.model(email=self.normalize_email(email).lower(), name=name)
        account.set_password(password) if password else account.set_unusable_password()
        with transaction.atomic():
            account.save(using=self._db)
            # Whoever has an account was invited at this address: sign-in and second factor may rely on it.
            EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(Record, AbstractBaseUser):
    """A person who signs in. What they may do comes from their memberships alone."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("is_active",)
        personal: ClassVar[tuple[str, ...]] = ("email", "name", "last_login")
        secret: ClassVar[tuple[str, ...]] = ("password",)

    def __str__(self) -> str:
        return self.name

    @property
    def audit_name(self) -> str:
        """The account's first role and organisation: the trail needs no name, the reference leads to it."""
        membership = self.current_memberships().select_related("organisation").first()
        return str(membership) if membership else "No role"

    def may(self, permission: Permission | str) -> bool:
        """Whether one of the person's roles grants the permission: for rooms on lower floors, which know it by its name."""
        if not self.is_active:
            return False
        roles = self.current_memberships().values_list("role", flat=True)
        return any(permission in ROLE_PERMISSIONS[Role(role)] for role in roles)

    def has_second_factor(self) -> bool:
        """Whether the person has set up an authenticator app."""
        return bool(Authenticator.objects.filter(user=self, type=Authenticator.Type.TOTP).exists())

    def current_memberships(self) -> models.QuerySet[Membership]:
        """The roles that the person holds today."""
        return self.memberships.filter(ended_at__isnull=True).order_by("created_at")


class Membership(Record):
    """A role that a person holds in an organisation, from its making until it is ended."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = choice_field(Role)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("organisation", "role", "ended_at")
        personal: ClassVar[tuple[str, ...]] = ("account",)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            one_of("role", Role, name="people_membership_role"),
            in_order("created_at", "ended_at", name="people_membership_ends_after_start"),
            models.UniqueConstraint(
                fields=["account", "organisation", "role"],
                condition=Q(ended_at__isnull=True),
                name="people_membership_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class Invitation(Record):
    """An invitation by link: the address, the role, who invited; the link's token is kept only as a hash.

    ``invited_by`` is empty when the invitation was made by a command on the server; ``account`` is whom it brought in.
    """

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role = choice_field(Role)
    invited_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("organisation", "role", "expires_at", "accepted_at", "withdrawn_at")
        personal: ClassVar[tuple[str, ...]] = ("email", "name", "invited_by", "account")
        secret: ClassVar[tuple[str, ...]] = ("token_hash",)

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar[list[Any]] = [
            one_of("role", Role, name="people_invitation_role"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="people_invitation_accepted_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, account__isnull=True)
                | Q(accepted_at__isnull=False, account__isnull=False),
                name="people_invitation_accepted_by_account",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="people_invitation_one_open_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation as {self.get_role_display()}, {self.organisation}"


class ApiClient(Record):
    """A system of the force that comes with a key: it acts for its organisation, within its scopes, and is an actor on the trail.

    The key is kept as a hash; ``key_hint`` is its last four letters, by which people tell keys apart. After a rotation the old
    key works until ``previous_until``, so that the system can be changed over without a gap. ``last_used_at`` is exact to the
    minute, and ``used_in_minute`` counts the calls in that minute: the limit holds for all server processes together.
    """

    name = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_clients")
    scopes = models.JSONField(default=list)
    key_hash = models.CharField(max_length=64, unique=True)
    key_hint = models.CharField(max_length=4)
    previous_hash = models.CharField(max_length=64, blank=True, db_index=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    used_in_minute = models.PositiveIntegerField(default=0)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "name", "organisation", "scopes", "key_hint", "previous_until", "expires_at", "revoked_at", "last_used_at",
            "used_in_minute",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("made_by",)
        secret: ClassVar[tuple[str, ...]] = ("key_hash", "previous_hash")

    class Meta:
        ordering = ("name",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(revoked_at__isnull=True), name="people_api_client_name_once"
            ),
            models.CheckConstraint(
                condition=Q(previous_hash="", previous_until__isnull=True)
                | (~Q(previous_hash="") & Q(previous_until__isnull=False)),
                name="people_api_client_previous_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"

    @property
    def audit_name(self) -> str:
        """How the trail names it: the system and the organisation that it acts for."""
        return f"API client {self.name}, {self.organisation}"

    def has_scope(self, scope: ApiScope) -> bool:
        """Whether its key may do this, and is neither revoked nor expired."""
        return scope in self.scopes and self.is_live

    @property
    def is_live(self) -> bool:
        """Whether its key opens anything today."""
        return self.revoked_at is None and clock.now() < self.expires_at


class CacheEntry(models.Model):
    """The shared cache of all server processes: counts of failed attempts, codes that were used.

    In the database, because an attempt that one process counts must count for all. Django's database cache reads and writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("expires",)
        personal: ClassVar[tuple[str, ...]] = ("cache_key", "value")

    class Meta:
        db_table = "people_cache"
