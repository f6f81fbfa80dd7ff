import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import childfirst.shared.clock
import childfirst.shared.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=childfirst.shared.ids.new_ulid,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=childfirst.shared.clock.now, editable=False)),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=150)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "people_cache",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=childfirst.shared.ids.new_ulid,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=childfirst.shared.clock.now, editable=False)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("force", "Police force"),
                            ("council", "Council"),
                            ("school", "School"),
                            ("youth_organisation", "Youth organisation"),
                            ("oversight", "Oversight body"),
                        ],
                        max_length=20,
                    ),
                ),
                ("urn", models.PositiveIntegerField(blank=True, null=True)),
                ("area_code", models.CharField(blank=True, max_length=20)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=childfirst.shared.ids.new_ulid,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=childfirst.shared.clock.now, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("school_lead", "School safeguarding lead"),
                            ("ward_officer", "Ward officer"),
                            ("neighbourhood_supervisor", "Neighbourhood supervisor"),
                            ("youth_organisation", "Youth organisation"),
                            ("analyst", "Analyst"),
                            ("partnership_board", "Partnership board"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=childfirst.shared.ids.new_ulid,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=childfirst.shared.clock.now, editable=False)),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=150)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("school_lead", "School safeguarding lead"),
                            ("ward_officer", "Ward officer"),
                            ("neighbourhood_supervisor", "Neighbourhood supervisor"),
                            ("youth_organisation", "Youth organisation"),
                            ("analyst", "Analyst"),
                            ("partnership_board", "Partnership board"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=childfirst.shared.ids.new_ulid,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(default=childfirst.shared.clock.now, editable=False)),
                ("name", models.CharField(max_length=60)),
                ("scopes", models.JSONField(default=list)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("key_hint", models.CharField(max_length=4)),
                ("previous_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("previous_until", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("used_in_minute", models.PositiveIntegerField(default=0)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_clients",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["force", "council", "school", "youth_organisation", "oversight"])),
                name="people_organisation_kind",
                violation_error_message="Choose a value that is in the list for kind.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(fields=("kind", "name"), name="people_organisation_name_once"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("urn__isnull", True), ("kind", "school"), _connector="OR"),
                name="people_organisation_urn_of_school",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "school_lead",
                            "ward_officer",
                            "neighbourhood_supervisor",
                            "youth_organisation",
                            "analyst",
                            "partnership_board",
                            "auditor",
                            "administrator",
                        ],
                    )
                ),
                name="people_membership_role",
                violation_error_message="Choose a value that is in the list for role.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="people_membership_ends_after_start",
                violation_error_message="Ended at is before created at.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("account", "organisation", "role"),
                name="people_membership_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "school_lead",
                            "ward_officer",
                            "neighbourhood_supervisor",
                            "youth_organisation",
                            "analyst",
                            "partnership_board",
                            "auditor",
                            "administrator",
                        ],
                    )
                ),
                name="people_invitation_role",
                violation_error_message="Choose a value that is in the list for role.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"),
                name="people_invitation_accepted_or_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("account__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("account__isnull", False)),
                    _connector="OR",
                ),
                name="people_invitation_accepted_by_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("email",),
                name="people_invitation_one_open_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)), fields=("name",), name="people_api_client_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous_hash", ""), ("previous_until__isnull", True)),
                    models.Q(models.Q(("previous_hash", ""), _negated=True), ("previous_until__isnull", False)),
                    _connector="OR",
                ),
                name="people_api_client_previous_whole",
            ),
        ),
    ]
