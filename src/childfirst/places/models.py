"""Areas, schools with their names and links over time, term dates, and the reports that imports leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from childfirst.places.vocabulary import (
    AreaKind,
    DayKind,
    ImportKind,
    LinkKind,
    LinkManner,
    NameKind,
    Phase,
    SchoolGender,
    SchoolStatus,
)
from childfirst.shared import clock
from childfirst.shared.constraints import in_order, one_of
from childfirst.shared.ids import ULID_LENGTH, new_ulid
from childfirst.shared.records import Record, choice_field
from childfirst.shared.references import Reference


class Revised(models.Model):
    """A row that knows when it last changed: ``revision`` is a new ULID at every change.

    The greatest revision of a table tells an index in memory whether it is still true.
    """

    created_at = models.DateTimeField(default=clock.now, editable=False)
    revision = models.CharField(max_length=ULID_LENGTH, default=new_ulid, editable=False, db_index=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("created_at", "revision")

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Save with a new revision."""
        self.revision = new_ulid()
        fields = None if update_fields is None else {*update_fields, "revision"}
        super().save(*args, update_fields=fields, **options)


class Area(Revised):
    """A ward, borough, command unit or force area, under its GSS code.

    Areas that the statistics office does not code (command units) have a code of our own that begins with ``BCU-``.
    ``outline`` is well-known binary in British National Grid metres (EPSG:27700), valid and with the holes it has;
    the box around it is in the same metres. A code is valid from ``valid_from`` (unknown: since ever) to ``valid_to``,
    both days included.
    """

    code = models.CharField(primary_key=True, max_length=40)
    kind = choice_field(AreaKind)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    outline = models.BinaryField()
    min_x = models.FloatField()
    min_y = models.FloatField()
    max_x = models.FloatField()
    max_y = models.FloatField()
    source = models.CharField(max_length=300, blank=True)

    class Privacy:
        public: ClassVar[tuple[str, ...]] = (
            "code", "kind", "name", "parent", "valid_from", "valid_to", "outline", "min_x", "min_y", "max_x", "max_y",
            "source",
        )  # fmt: skip

    class Meta:
        ordering = ("kind", "name", "code")
        constraints: ClassVar[list[Any]] = [
            one_of("kind", AreaKind, name="places_area_kind"),
            in_order("valid_from", "valid_to", name="places_area_valid_in_order"),
            in_order("min_x", "max_x", name="places_area_box_x"),
            in_order("min_y", "max_y", name="places_area_box_y"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> Reference:
        """The typed reference to the area."""
        return Reference("places.area", self.code)


class School(Revised):
    """A school by its unique reference number, as the newest vintage that told each field has it.

    ``known`` keeps, for every field, the date of the vintage that its value comes from; so a vintage with fewer columns,
    or an older one brought in later, takes nothing away. ``seen_on`` is the newest vintage that lists the school;
    ``absent_on`` the newest complete one that does not although it should. Empty text means not known.
    Names over time are in SchoolName; the current one is here too.
    """

    urn = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    status = choice_field(SchoolStatus, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    establishment_type = models.CharField(max_length=100, blank=True)
    phase = choice_field(Phase, blank=True)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = choice_field(SchoolGender, blank=True)
    religious_character = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True, db_index=True)
    la_code = models.CharField(max_length=3, blank=True, db_index=True)
    la_name = models.CharField(max_length=100, blank=True)
    easting = models.FloatField(null=True, blank=True)
    northing = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    ward = models.ForeignKey(Area, models.SET_NULL, null=True, blank=True, related_name="+")
    borough = models.ForeignKey(Area, models.SET_NULL, null=True, blank=True, related_name="+")
    seen_on = models.DateField(null=True, blank=True)
    absent_on = models.DateField(null=True, blank=True)
    known = models.JSONField(default=dict, blank=True)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = ("known", "absent_on")
        public: ClassVar[tuple[str, ...]] = (
            "urn", "name", "status", "opened_on", "closed_on", "establishment_type", "phase", "lowest_age", "highest_age",
            "gender", "religious_character", "street", "locality", "town", "county", "postcode", "la_code", "la_name",
            "easting", "northing", "lon", "lat", "ward", "borough", "seen_on",
        )  # fmt: skip

    class Meta:
        ordering = ("name", "urn")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(urn__gte=100000, urn__lte=999999), name="places_school_urn_of_six_digits"),
            models.CheckConstraint(condition=~Q(name=""), name="places_school_has_a_name"),
            one_of("status", SchoolStatus, name="places_school_status", blank=True),
            one_of("phase", Phase, name="places_school_phase", blank=True),
            one_of("gender", SchoolGender, name="places_school_gender", blank=True),
            models.CheckConstraint(
                condition=Q(lowest_age__isnull=True) | Q(highest_age__isnull=True) | Q(highest_age__gte=models.F("lowest_age")),
                name="places_school_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True, easting__isnull=True, northing__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, easting__isnull=False, northing__isnull=False),
                name="places_school_position_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> Reference:
        """The typed reference to the school."""
        return Reference("places.school", str(self.urn))

    @property
    def is_closed(self) -> bool:
        """Whether the register says that the school is closed. False also where it says nothing."""
        return bool(self.status == SchoolStatus.CLOSED)


class SchoolName(Record):
    """A name that a school has or had, or, where its kind is ``alias``, that people use for it ("St Joes").

    An alias has no dates and is never what the school was called on a day: it only helps to find the school.
    ``valid_from`` and ``valid_to`` are the days between which a source says that it held; ``first_seen`` and
    ``last_seen`` the oldest and newest vintage that shows it as the current name. Any of them may be unknown.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    kind = choice_field(NameKind, default=NameKind.REGISTER)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    first_seen = models.DateField(null=True, blank=True)
    last_seen = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Privacy:
        public: ClassVar[tuple[str, ...]] = (
            "school", "name", "kind", "valid_from", "valid_to", "first_seen", "last_seen", "source",
        )  # fmt: skip

    class Meta:
        ordering = ("school_id", "name")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["school", "name"], name="places_schoolname_once"),
            one_of("kind", NameKind, name="places_schoolname_kind"),
            in_order("valid_from", "valid_to", name="places_schoolname_valid_in_order"),
            in_order("first_seen", "last_seen", name="places_schoolname_seen_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolLink(Record):
    """One row of the register's links: what ``linked_urn`` is to ``urn``.

    The register writes most links twice, once from each side; both are kept as written. Neither school need be in
    our table: links reach to schools of other countries and to schools that a slim vintage leaves out.
    """

    urn = models.PositiveIntegerField(db_index=True)
    linked_urn = models.PositiveIntegerField(db_index=True)
    linked_name = models.CharField(max_length=200, blank=True)
    kind = choice_field(LinkKind)
    manner = choice_field(LinkManner, blank=True)
    happened_on = models.DateField(null=True, blank=True)

    class Privacy:
        public: ClassVar[tuple[str, ...]] = ("urn", "linked_urn", "linked_name", "kind", "manner", "happened_on")

    class Meta:
        ordering = ("urn", "happened_on", "linked_urn")
        constraints: ClassVar[list[Any]] = [
            one_of("kind", LinkKind, name="places_schoollink_kind"),
            one_of("manner", LinkManner, name="places_schoollink_manner", blank=True),
            models.UniqueConstraint(fields=["urn", "linked_urn", "kind", "manner"], name="places_schoollink_once"),
            models.CheckConstraint(condition=~Q(urn=models.F("linked_urn")), name="places_schoollink_to_another"),
        ]


class TermDates(Record):
    """A term of an authority's schools, or a holiday or closure inside one; both days included."""

    la_code = models.CharField(max_length=3)
    kind = choice_field(DayKind)
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=300, blank=True)

    class Privacy:
        public: ClassVar[tuple[str, ...]] = ("la_code", "kind", "name", "starts_on", "ends_on", "source")

    class Meta:
        ordering = ("la_code", "starts_on", "kind")
        verbose_name_plural = "term dates"
        constraints: ClassVar[list[Any]] = [
            one_of("kind", DayKind, name="places_termdates_kind"),
            in_order("starts_on", "ends_on", name="places_termdates_in_order"),
            models.UniqueConstraint(fields=["la_code", "kind", "starts_on"], name="places_termdates_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {clock.format_date(self.starts_on)} to {clock.format_date(self.ends_on)}"


class ImportReport(Record):
    """What an import found and did: one row per run. ``read = landed + known + duplicates + set_aside``."""

    kind = choice_field(ImportKind)
    source = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=60, blank=True)
    encoding = models.CharField(max_length=40, blank=True)
    as_of = models.DateField(null=True, blank=True)
    read = models.PositiveIntegerField()
    landed = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()
    details = models.JSONField()
    imported_by = models.CharField(max_length=120)

    class Privacy:
        internal: ClassVar[tuple[str, ...]] = (
            "kind", "source", "sha256", "layout", "encoding", "as_of", "read", "landed", "known", "duplicates",
            "set_aside", "details",
        )  # fmt: skip
        personal: ClassVar[tuple[str, ...]] = ("imported_by",)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            one_of("kind", ImportKind, name="places_importreport_kind"),
            models.CheckConstraint(
                condition=Q(
                    read=models.F("landed") + models.F("known") + models.F("duplicates") + models.F("set_aside")
                ),
                name="places_importreport_balanced",
            ),
        ]

    def __str__(self) -> str:
        return self.source
