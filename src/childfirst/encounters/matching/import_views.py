"""Pages about imports of earlier records: bring a file, say which column is what, follow it, read its report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from childfirst.audit.actions import note_reading
from childfirst.encounters.matching import bringing, files, mapping, permissions, queries, tasks, uploads
from childfirst.encounters.matching.commands import counts_of
from childfirst.encounters.matching.files import Opened
from childfirst.encounters.matching.forms import ColumnsForm, UploadForm
from childfirst.encounters.matching.models import ImportRun
from childfirst.encounters.matching.models import Mapping as MappingRow
from childfirst.encounters.matching.tables import csv_answer
from childfirst.encounters.matching.vocabulary import RunState
from childfirst.encounters.vocabulary import LineState
from childfirst.people.permissions import Forbidden
from childfirst.people.requests import posted, signed_in
from childfirst.shared.errors import UserError

PAGE = 50
SAMPLES = 3
LETTERS_OF_A_SAMPLE = 25


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every import of earlier records, the newest first."""
    permissions.check_can_import(request.user)
    page = Paginator(queries.runs(), 25).get_page(request.GET.get("page"))
    crumbs = [("Matching", reverse("matching:index")), ("Imports", "")]
    return render(request, "encounters_matching/imports.html", {"page": page, "breadcrumbs": crumbs})


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Bring a file; the next page asks which column is what."""
    permissions.check_can_import(request.user)
    form = UploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = bringing.bring(
                by=signed_in(request), file=form.cleaned_data["file"], system=form.cleaned_data["system"]
            )
        except Forbidden:
            raise
        except UserError as error:
            form.add_user_error(error, "file")
        else:
            return redirect("matching:columns", run.pk)
    crumbs = [("Matching", reverse("matching:index")), ("Imports", reverse("matching:imports")), ("Bring a file", "")]
    return render(request, "encounters_matching/upload.html", {"form": form, "breadcrumbs": crumbs})


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, run_id: str) -> HttpResponse:
    """Say which column of an uploaded file is what, as the last time or as their names suggest; then the import begins."""
    permissions.check_can_import(request.user)
    run = get_object_or_404(ImportRun, pk=run_id)
    if run.state != RunState.MAPPING:
        return redirect("matching:import", run.pk)
    try:
        opened = files.open_file(uploads.path_of(run.upload), run.file)
    except UserError as error:
        messages.error(request, error.sentence)
        return redirect("matching:upload")
    initial, remembered = _initial(run, opened)
    form = ColumnsForm(posted(request), opened=opened, samples=_samples(opened), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            told = mapping.checked(run.system, form.columns, form.constants)
            bringing.map_columns(by=signed_in(request), run=run, columns=told)
        except Forbidden:
            raise
        except UserError as error:
            form.add_user_error(error)
        else:
            tasks.import_upload.enqueue(run.pk, str(signed_in(request).reference))
            return redirect("matching:import", run.pk)
    if request.method == "GET":
        # The samples are values of the file, which may be about a child.
        note_reading(by=signed_in(request), name="encounters.lines_of_records.read", subject=run.reference)
    crumbs = [("Matching", reverse("matching:index")), ("Imports", reverse("matching:imports")), (run.file, "")]
    context = {"form": form, "run": run, "remembered": remembered, "rows": opened.rows, "breadcrumbs": crumbs}
    return render(request, "encounters_matching/columns.html", context)


def _initial(run: ImportRun, opened: Opened) -> tuple[dict[str, str], bool]:
    kept = MappingRow.objects.filter(header=opened.header_key).order_by("-changed_at")
    found = kept.filter(system=run.system).first() or kept.first()
    if found is None:
        return mapping.guess(opened.columns), False
    return {**found.columns, "all_kind": found.constants.get("kind", "")}, True


def _samples(opened: Opened) -> dict[str, str]:
    batch = opened.sample(20)
    found = {}
    for at, name in enumerate(opened.columns):
        values = dict.fromkeys(" ".join(row[at].split())[:LETTERS_OF_A_SAMPLE] for row in batch.rows if row[at].strip())
        found[name] = ", ".join(list(values)[:SAMPLES])
    return found


@require_GET
def report(request: HttpRequest, run_id: str) -> HttpResponse:
    """How far an import is, and what it found: counts, rows set aside with the reason, words that are not known."""
    permissions.check_can_import(request.user)
    run = get_object_or_404(ImportRun, pk=run_id)
    if run.state == RunState.MAPPING:
        return redirect("matching:columns", run.pk)
    page = Paginator(run.lines.all(), PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        note_reading(by=signed_in(request), name="encounters.lines_of_records.read", subject=run.reference)
    return render(request, "encounters_matching/import.html", _report_context(run, page))


def _report_context(run: ImportRun, page: Any) -> dict[str, Any]:
    details = run.details
    rows = [{"key": {"text": name.strip()}, "value": {"text": f"{number:,}"}} for name, number in counts_of(run)]
    done = run.rows_in_file and min(99, 100 * run.rows_done // run.rows_in_file)
    return {
        "run": run,
        "counts": {"rows": rows},
        "percent": done,
        "is_going": run.state in (RunState.RUNNING, RunState.WAITING),
        "can_go_on": bool(run.upload) and run.state in (RunState.FAILED, RunState.RUNNING),
        "page": page,
        "set_aside": LineState.SET_ASIDE,
        "reasons": sorted(details.get("reasons", {}).items(), key=lambda item: (-item[1], item[0])),
        "new_words": [(c, w, n) for c, words in details.get("new_words", {}).items() for w, n in words.items()],
        "notes": details.get("notes", []),
        "breadcrumbs": [
            ("Matching", reverse("matching:index")), ("Imports", reverse("matching:imports")), (run.file, ""),
        ],
    }  # fmt: skip


@require_POST
def go_on(request: HttpRequest, run_id: str) -> HttpResponse:
    """Hand an import that was cut off to the worker again."""
    permissions.check_can_import(request.user)
    run = get_object_or_404(ImportRun, pk=run_id)
    if run.upload and run.state in (RunState.FAILED, RunState.RUNNING):
        tasks.import_upload.enqueue(run.pk, str(signed_in(request).reference))
        messages.info(request, "The import goes on where it stopped.")
    return redirect("matching:import", run.pk)


@require_POST
def discard(request: HttpRequest, run_id: str) -> HttpResponse:
    """Throw away a file whose columns were never named."""
    permissions.check_can_import(request.user)
    run = get_object_or_404(ImportRun, pk=run_id, state=RunState.MAPPING)
    bringing.discard(by=signed_in(request), run=run)
    messages.info(request, "The file is thrown away. Nothing of it was imported.")
    return redirect("matching:imports")


@require_GET
def lines_csv(request: HttpRequest, run_id: str) -> StreamingHttpResponse:
    """Every row that did not land, and why, as CSV."""
    permissions.check_can_import(request.user)
    run = get_object_or_404(ImportRun, pk=run_id)
    note_reading(by=signed_in(request), name="encounters.lines_of_records.read", subject=run.reference)
    names = ("state", "line", "column", "value", "reason")
    return csv_answer(f"import-{run.pk}-lines", names, run.lines.values_list(*names).iterator(2_000))
