import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import childfirst.shared.clock
import childfirst.shared.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FactsMonth",
            fields=[
                ("month", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=120)),
                ("rows", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("written_at", models.DateTimeField(default=childfirst.shared.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Encounter",
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
                ("occurred_at", models.DateTimeField()),
                (
                    "alternative",
                    models.CharField(
                        choices=[
                            ("school", "The school, under its own behaviour policy"),
                            ("family", "A parent or carer"),
                            ("youth_worker", "A youth worker or youth organisation"),
                            ("early_help", "Early help or children’s social care"),
                            ("mental_health", "Mental health support"),
                            ("immediate_danger", "Nobody: someone was in immediate danger"),
                            ("only_police", "Nobody: only the police could deal with it"),
                            ("not_asked", "Not asked"),
                        ],
                        default="not_asked",
                        max_length=20,
                    ),
                ),
                (
                    "police_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_there", "They could not come, or not in time"),
                            ("not_enough", "They tried, and it was not enough"),
                            ("asked_us", "They asked the police to help them"),
                            ("declined", "The child or family did not want them"),
                            ("must_record", "A crime has to be recorded or investigated"),
                            ("not_thought_of", "Nobody thought of them at the time"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "time_precision",
                    models.CharField(
                        choices=[("minute", "To the minute"), ("day", "The day only")], default="minute", max_length=20
                    ),
                ),
                ("month", models.CharField(max_length=7)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("ward", models.CharField(blank=True, max_length=40)),
                ("borough", models.CharField(blank=True, max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stop_and_search", "Stop and search"),
                            ("arrest", "Arrest"),
                            ("suspect", "Suspect in a crime report"),
                            ("victim", "Victim of a crime"),
                            ("safeguarding", "Safeguarding report"),
                            ("call_to_school", "Call to a school"),
                            ("engagement", "Engagement"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "initiator",
                    models.CharField(
                        choices=[
                            ("patrol", "Police on patrol"),
                            ("school", "A school"),
                            ("public", "A member of the public"),
                            ("other_agency", "Another agency"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=20,
                    ),
                ),
                ("age", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "age_band",
                    models.CharField(
                        choices=[
                            ("0-9", "Under 10"),
                            ("10-17", "10 to 17"),
                            ("18-24", "18 to 24"),
                            ("25-34", "25 to 34"),
                            ("35+", "35 or over"),
                            ("not_recorded", "Not recorded"),
                        ],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("other", "Other"),
                            ("not_stated", "Did not want to say"),
                            ("not_recorded", "Not recorded"),
                        ],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "self_defined_ethnicity",
                    models.CharField(
                        choices=[
                            ("W1", "White: English, Welsh, Scottish, Northern Irish or British"),
                            ("W2", "White: Irish"),
                            ("W3", "White: Gypsy or Irish Traveller"),
                            ("W4", "White: Roma"),
                            ("W9", "Any other White background"),
                            ("M1", "Mixed: White and Black Caribbean"),
                            ("M2", "Mixed: White and Black African"),
                            ("M3", "Mixed: White and Asian"),
                            ("M9", "Any other Mixed background"),
                            ("A1", "Asian or Asian British: Indian"),
                            ("A2", "Asian or Asian British: Pakistani"),
                            ("A3", "Asian or Asian British: Bangladeshi"),
                            ("A4", "Asian or Asian British: Chinese"),
                            ("A9", "Any other Asian background"),
                            ("B1", "Black or Black British: Caribbean"),
                            ("B2", "Black or Black British: African"),
                            ("B9", "Any other Black background"),
                            ("O2", "Arab"),
                            ("O9", "Any other ethnic group"),
                            ("NS", "Not stated"),
                            ("NR", "Not recorded"),
                        ],
                        default="NR",
                        max_length=20,
                    ),
                ),
                (
                    "officer_defined_ethnicity",
                    models.CharField(
                        choices=[
                            ("IC1", "White: North European"),
                            ("IC2", "White: South European"),
                            ("IC3", "Black"),
                            ("IC4", "Asian"),
                            ("IC5", "Chinese, Japanese or South East Asian"),
                            ("IC6", "Arab or North African"),
                            ("white", "White (not split)"),
                            ("black", "Black (as published)"),
                            ("asian", "Asian (as published)"),
                            ("mixed", "Mixed (as published)"),
                            ("other", "Other (as published)"),
                            ("NR", "Not recorded"),
                        ],
                        default="NR",
                        max_length=20,
                    ),
                ),
                (
                    "send",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_recorded", "Not known")],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "search_of",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "The person"),
                            ("person_and_vehicle", "The person and a vehicle"),
                            ("vehicle", "A vehicle only"),
                        ],
                        max_length=20,
                    ),
                ),
                ("legislation", models.CharField(blank=True, max_length=120)),
                ("object_of_search", models.CharField(blank=True, max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("no_further_action", "No further action"),
                            ("arrest", "Arrest"),
                            ("community_resolution", "Community resolution"),
                            ("drugs_warning", "Khat or cannabis warning"),
                            ("penalty_notice", "Penalty notice for disorder"),
                            ("summons", "Summons or charge by post"),
                            ("caution", "Caution, simple or conditional"),
                            ("article_found", "Article found, outcome not detailed"),
                            ("words_of_advice", "Words of advice"),
                            ("referred", "Referred to a service that can help"),
                            ("taken_home", "Taken home or to a responsible adult"),
                            ("under_investigation", "Still being looked into"),
                            ("not_recorded", "Not recorded"),
                        ],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "outcome_linked",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_recorded", "Not known")],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "more_than_outer_clothing",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_recorded", "Not known")],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "use_of_force",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_recorded", "Not known")],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "appropriate_adult",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("no", "No"),
                            ("not_needed", "Not needed"),
                            ("not_recorded", "Not recorded"),
                        ],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "school_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_in_education", "Not in education"),
                            ("home_educated", "Home educated"),
                            ("outside_england", "At a school outside England"),
                            ("not_school_age", "Not a child of school age"),
                            ("refused", "The child did not want to say"),
                            ("not_yet_known", "Not yet known"),
                            ("source_records_no_school", "The source records no school"),
                            ("text_not_yet_matched", "Written in words that are not yet matched to a school"),
                            ("text_names_no_school", "What was written names no school"),
                        ],
                        max_length=24,
                    ),
                ),
                ("follow_up_due", models.DateField(blank=True, null=True)),
                ("school_resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("form", "Record form"),
                            ("api", "API"),
                            ("archive", "data.police.uk archive"),
                            ("legacy", "Earlier records system"),
                        ],
                        max_length=20,
                    ),
                ),
                ("force", models.CharField(blank=True, max_length=60)),
                ("source_row_key", models.CharField(max_length=64)),
                ("child_reference", models.CharField(blank=True, max_length=64)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("changed_at", models.DateTimeField(default=childfirst.shared.clock.now, editable=False)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.apiclient",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.school",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-occurred_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                ("version", models.PositiveIntegerField()),
                ("changes", models.JSONField()),
                ("reason", models.CharField(max_length=1000)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.apiclient",
                    ),
                ),
                (
                    "corrected_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="encounters.encounter",
                    ),
                ),
            ],
            options={
                "ordering": ("version",),
            },
        ),
        migrations.CreateModel(
            name="EncounterDraft",
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
                ("answers", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(default=childfirst.shared.clock.now)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="encounter_draft",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ImportReport",
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
                ("archive", models.CharField(max_length=300)),
                ("sha256", models.CharField(max_length=64)),
                ("forces", models.JSONField(default=list)),
                ("first_month", models.CharField(blank=True, max_length=7)),
                ("last_month", models.CharField(blank=True, max_length=7)),
                ("read", models.PositiveIntegerField()),
                ("landed", models.PositiveIntegerField()),
                ("known", models.PositiveIntegerField()),
                ("duplicates", models.PositiveIntegerField()),
                ("set_aside", models.PositiveIntegerField()),
                ("details", models.JSONField()),
                ("imported_by", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "read",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("landed"), "+", models.F("known")
                                        ),
                                        "+",
                                        models.F("duplicates"),
                                    ),
                                    "+",
                                    models.F("set_aside"),
                                ),
                            )
                        ),
                        name="encounters_report_balanced",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchiveLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("set_aside", "Set aside"), ("duplicate", "Exact duplicate")], max_length=20
                    ),
                ),
                ("file", models.CharField(max_length=200)),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=80)),
                ("value", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("same_as", models.CharField(blank=True, max_length=220)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="encounters.importreport"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ReviewFlag",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("under_10", "The child is under 10"),
                            ("strip_search", "More than outer clothing was removed"),
                            ("use_of_force", "Force was used"),
                            ("no_appropriate_adult", "No appropriate adult was there"),
                        ],
                        max_length=20,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "conclusion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("right", "It was needed, and was done properly"),
                            ("learning", "It was needed, and could have been done better"),
                            ("not_needed", "It was not needed, or not proportionate"),
                            ("wrongly_recorded", "The record is wrong and must be corrected"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "further_action",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Nothing further"),
                            ("talk", "I talk about it with the officer"),
                            ("training", "Training or supervision for the officer"),
                            ("safeguarding", "A safeguarding referral for the child"),
                            ("apology", "An explanation or apology to the child and family"),
                            ("professional_standards", "Referral to professional standards"),
                        ],
                        max_length=22,
                    ),
                ),
                ("finding", models.TextField(blank=True, max_length=2000)),
                (
                    "encounter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="encounters.encounter"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("due_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="StoredAnswer",
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
                ("actor", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("body", models.JSONField(default=dict)),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="encounters.encounter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Diversion",
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
                    "alternative",
                    models.CharField(
                        choices=[
                            ("school", "The school, under its own behaviour policy"),
                            ("family", "A parent or carer"),
                            ("youth_worker", "A youth worker or youth organisation"),
                            ("early_help", "Early help or children’s social care"),
                            ("mental_health", "Mental health support"),
                            ("immediate_danger", "Nobody: someone was in immediate danger"),
                            ("only_police", "Nobody: only the police could deal with it"),
                            ("not_asked", "Not asked"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("alternative__in", ("school", "family", "youth_worker", "early_help", "mental_health"))
                        ),
                        name="encounters_diversion_to_someone",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(fields=["month", "changed_at"], name="encounters_by_month"),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(fields=["-occurred_at", "-id"], name="encounters_by_moment"),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("team__isnull", False)), fields=["team", "-occurred_at"], name="encounters_by_team"
            ),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)),
                fields=["recorded_by", "-occurred_at"],
                name="encounters_by_recorder",
            ),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("follow_up_due__isnull", False)),
                fields=["follow_up_due"],
                name="encounters_follow_ups",
            ),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("school__isnull", False)), fields=["school"], name="encounters_by_school"
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("school__isnull", False), ("school_reason", "")),
                    models.Q(
                        ("school__isnull", True),
                        (
                            "school_reason__in",
                            [
                                "not_in_education",
                                "home_educated",
                                "outside_england",
                                "not_school_age",
                                "refused",
                                "not_yet_known",
                                "source_records_no_school",
                                "text_not_yet_matched",
                                "text_names_no_school",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="encounters_school_or_reason",
                violation_error_message="Say which school, or why there is none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("school_reason", "source_records_no_school"), _negated=True),
                    ("source__in", ("archive", "legacy")),
                    _connector="OR",
                ),
                name="encounters_archive_reason_for_archives",
                violation_error_message="Only an imported archive may say that its source records no school.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("school_reason__in", ("text_not_yet_matched", "text_names_no_school")), _negated=True),
                    ("source", "legacy"),
                    _connector="OR",
                ),
                name="encounters_text_reason_for_legacy",
                violation_error_message="Only a record of an earlier system may say what was written of its school.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("follow_up_due__isnull", False), ("school_reason", "not_yet_known")),
                    models.Q(
                        models.Q(("school_reason", "not_yet_known"), _negated=True), ("follow_up_due__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="encounters_follow_up_while_not_known",
                violation_error_message="A school that is not yet known needs a day by which it must be found.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("client__isnull", True),
                        ("recorded_by__isnull", True),
                        ("source__in", ("archive", "legacy")),
                        models.Q(("force", ""), _negated=True),
                    ),
                    models.Q(
                        ("client__isnull", True),
                        ("force", ""),
                        ("recorded_by__isnull", False),
                        ("source__in", ("form", "api")),
                        ("team__isnull", False),
                    ),
                    models.Q(
                        ("client__isnull", False),
                        ("force", ""),
                        ("recorded_by__isnull", True),
                        ("source", "api"),
                        ("team__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="encounters_who_recorded",
                violation_error_message="A record made here says which person or system made it and for which team; an import, its force or system.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(
                        ("lat__gte", -90),
                        ("lat__isnull", False),
                        ("lat__lte", 90),
                        ("lon__gte", -180),
                        ("lon__isnull", False),
                        ("lon__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="encounters_place_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age__isnull", True),
                    models.Q(("age__gte", 0), ("age__lte", 9), ("age_band", "0-9")),
                    models.Q(("age__gte", 10), ("age__lte", 17), ("age_band", "10-17")),
                    models.Q(("age__gte", 18), ("age__lte", 24), ("age_band", "18-24")),
                    models.Q(("age__gte", 25), ("age__lte", 34), ("age_band", "25-34")),
                    models.Q(("age__gte", 35), ("age__lte", 120), ("age_band", "35+")),
                    _connector="OR",
                ),
                name="encounters_age_in_band",
                violation_error_message="The age is not in the age band.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("police_reason", ""),
                    ("alternative__in", ("school", "family", "youth_worker", "early_help", "mental_health")),
                    _connector="OR",
                ),
                name="encounters_police_reason_with_alternative",
                violation_error_message="Why the police came is asked where somebody else could have dealt with it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("month", ""), _negated=True), models.Q(("source_row_key", ""), _negated=True)
                ),
                name="encounters_month_and_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.UniqueConstraint(
                fields=("source", "force", "source_row_key"), name="encounters_source_row_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("time_precision__in", ["minute", "day"])),
                name="encounters_time_precision",
                violation_error_message="Choose a value that is in the list for time precision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "stop_and_search",
                            "arrest",
                            "suspect",
                            "victim",
                            "safeguarding",
                            "call_to_school",
                            "engagement",
                        ],
                    )
                ),
                name="encounters_kind",
                violation_error_message="Choose a value that is in the list for kind.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("initiator__in", ["patrol", "school", "public", "other_agency", "unknown"])),
                name="encounters_initiator",
                violation_error_message="Choose a value that is in the list for initiator.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("age_band__in", ["0-9", "10-17", "18-24", "25-34", "35+", "not_recorded"])),
                name="encounters_age_band",
                violation_error_message="Choose a value that is in the list for age band.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("gender__in", ["female", "male", "other", "not_stated", "not_recorded"])),
                name="encounters_gender",
                violation_error_message="Choose a value that is in the list for gender.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "self_defined_ethnicity__in",
                        [
                            "W1",
                            "W2",
                            "W3",
                            "W4",
                            "W9",
                            "M1",
                            "M2",
                            "M3",
                            "M9",
                            "A1",
                            "A2",
                            "A3",
                            "A4",
                            "A9",
                            "B1",
                            "B2",
                            "B9",
                            "O2",
                            "O9",
                            "NS",
                            "NR",
                        ],
                    )
                ),
                name="encounters_self_defined",
                violation_error_message="Choose a value that is in the list for self defined ethnicity.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "officer_defined_ethnicity__in",
                        ["IC1", "IC2", "IC3", "IC4", "IC5", "IC6", "white", "black", "asian", "mixed", "other", "NR"],
                    )
                ),
                name="encounters_officer_defined",
                violation_error_message="Choose a value that is in the list for officer defined ethnicity.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("send__in", ["yes", "no", "not_recorded"])),
                name="encounters_send",
                violation_error_message="Choose a value that is in the list for send.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("search_of__in", ["person", "person_and_vehicle", "vehicle", ""])),
                name="encounters_search_of",
                violation_error_message="Choose a value that is in the list for search of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "no_further_action",
                            "arrest",
                            "community_resolution",
                            "drugs_warning",
                            "penalty_notice",
                            "summons",
                            "caution",
                            "article_found",
                            "words_of_advice",
                            "referred",
                            "taken_home",
                            "under_investigation",
                            "not_recorded",
                        ],
                    )
                ),
                name="encounters_outcome",
                violation_error_message="Choose a value that is in the list for outcome.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome_linked__in", ["yes", "no", "not_recorded"])),
                name="encounters_outcome_linked",
                violation_error_message="Choose a value that is in the list for outcome linked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("more_than_outer_clothing__in", ["yes", "no", "not_recorded"])),
                name="encounters_outer_clothing",
                violation_error_message="Choose a value that is in the list for more than outer clothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("use_of_force__in", ["yes", "no", "not_recorded"])),
                name="encounters_use_of_force",
                violation_error_message="Choose a value that is in the list for use of force.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("appropriate_adult__in", ["yes", "no", "not_needed", "not_recorded"])),
                name="encounters_appropriate_adult",
                violation_error_message="Choose a value that is in the list for appropriate adult.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "alternative__in",
                        [
                            "school",
                            "family",
                            "youth_worker",
                            "early_help",
                            "mental_health",
                            "immediate_danger",
                            "only_police",
                            "not_asked",
                        ],
                    )
                ),
                name="encounters_alternative",
                violation_error_message="Choose a value that is in the list for alternative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "police_reason__in",
                        ["not_there", "not_enough", "asked_us", "declined", "must_record", "not_thought_of", ""],
                    )
                ),
                name="encounters_police_reason",
                violation_error_message="Choose a value that is in the list for police reason.",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["form", "api", "archive", "legacy"])),
                name="encounters_source",
                violation_error_message="Choose a value that is in the list for source.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                fields=("encounter", "version"), name="encounters_correction_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gt", 1)), name="encounters_correction_after_the_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", True), ("corrected_by__isnull", False)),
                    models.Q(("client__isnull", False), ("corrected_by__isnull", True)),
                    _connector="OR",
                ),
                name="encounters_correction_who",
            ),
        ),
        migrations.AddIndex(
            model_name="archiveline",
            index=models.Index(fields=["report", "state", "id"], name="encounters_lines_of_report"),
        ),
        migrations.AddConstraint(
            model_name="archiveline",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["set_aside", "duplicate"])),
                name="encounters_line_state",
                violation_error_message="Choose a value that is in the list for state.",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewflag",
            index=models.Index(
                condition=models.Q(("reviewed_at__isnull", True)), fields=["due_at"], name="encounters_reviews_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["under_10", "strip_search", "use_of_force", "no_appropriate_adult"])
                ),
                name="encounters_review_reason",
                violation_error_message="Choose a value that is in the list for reason.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewflag",
            constraint=models.UniqueConstraint(fields=("encounter", "reason"), name="encounters_review_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("conclusion", ""),
                        ("finding", ""),
                        ("further_action", ""),
                        ("reviewed_at__isnull", True),
                        ("reviewed_by__isnull", True),
                    ),
                    models.Q(
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        models.Q(("conclusion", ""), _negated=True),
                        models.Q(("further_action", ""), _negated=True),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="encounters_review_whole",
                violation_error_message="A review has a person, a time, a conclusion, what follows, and words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewflag",
            constraint=models.CheckConstraint(
                condition=models.Q(("conclusion__in", ["right", "learning", "not_needed", "wrongly_recorded", ""])),
                name="encounters_review_conclusion",
                violation_error_message="Choose a value that is in the list for conclusion.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "further_action__in",
                        ["none", "talk", "training", "safeguarding", "apology", "professional_standards", ""],
                    )
                ),
                name="encounters_review_action",
                violation_error_message="Choose a value that is in the list for further action.",
            ),
        ),
        migrations.AddConstraint(
            model_name="storedanswer",
            constraint=models.UniqueConstraint(fields=("actor", "key"), name="encounters_answer_once"),
        ),
    ]
