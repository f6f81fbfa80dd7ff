"""Files brought through the upload page, until their import begins."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters.matching import files, permissions, uploads
from childfirst.encounters.matching.mapping import Columns
from childfirst.encounters.matching.models import ImportRun
from childfirst.encounters.matching.vocabulary import UNFINISHED, RunState
from childfirst.shared import clock
from childfirst.shared.errors import UserError


def bring(*, by: Actor, file: UploadedFile, system: str) -> ImportRun:
    """Store an uploaded file and see that it can be read; its columns are named next. Raises UserError where it cannot."""
    permissions.check_can_import(by)
    name = uploads.keep(file)
    try:
        return keep_upload(by=by, upload=name, file=str(file.name)[:300], system=system)
    except Exception:
        uploads.remove(name)
        raise


@action("encounters.records.upload")
def keep_upload(*, by: Actor, upload: str, file: str, system: str) -> ImportRun:
    """Start a run for a stored upload, whose columns are not named yet."""
    permissions.check_can_import(by)
    path = uploads.path_of(upload)
    opened = files.open_file(path, file)
    run = ImportRun.objects.create(
        file=file,
        sha256=files.fingerprint(path),
        system=" ".join(system.split()).casefold(),
        upload=upload,
        state=RunState.MAPPING,
        rows_in_file=opened.rows,
        imported_by=by.audit_name[:120],
    )
    note(run.reference, data={"sha256": run.sha256})
    return run


@action("encounters.records.map")
def map_columns(*, by: Actor, run: ImportRun, columns: Columns) -> ImportRun:
    """Name the columns of an uploaded file; its import may begin. Raises UserError when the file is being imported already."""
    permissions.check_can_import(by)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.MAPPING:
        raise UserError("The columns of this file have been named already.")
    if ImportRun.objects.filter(
        sha256=run.sha256, system=columns.system, mapping_key=columns.key, state__in=UNFINISHED
    ).exists():
        raise UserError("This very file is being imported already. Go on with that import.")
    run.system, run.mapping, run.mapping_key = columns.system, columns.as_json(), columns.key
    run.state, run.changed_at = RunState.WAITING, clock.now()
    run.save()
    note(run.reference, data={"columns": sorted(columns.columns)})
    return run


@action("encounters.records.discard")
def discard(*, by: Actor, run: ImportRun) -> None:
    """Throw away an upload whose columns were never named. Raises UserError once its import has begun."""
    permissions.check_can_import(by)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.MAPPING:
        raise UserError("The import of this file has begun. What landed stays.")
    note(run.reference)
    upload = run.upload
    run.delete()
    transaction.on_commit(lambda: uploads.remove(upload))
