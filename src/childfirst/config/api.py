"""The workspace's API: each room adds its router here. Whoever is wrong is told so as a problem (RFC 9457).

Who may call: a person who has signed in, by the session, or a system with a key (``people.api_keys``). The middleware has decided
who it is before anything here runs; permissions are the rooms' own.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from childfirst.people.models import ApiClient
from childfirst.people.problems import CONTENT_TYPE, ProblemFault, problem, unauthorised
from childfirst.shared.errors import Forbidden, UserError


class ClientKey(HttpBearer):
    """The key of an API client. The middleware has looked it up."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiClient | None:
        return getattr(request, "api_client", None)


class WorkspaceAPI(NinjaAPI):
    """An API whose description says that errors are problems, with their own content type."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation.get("responses", {}).items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {CONTENT_TYPE: response["content"]["application/json"]}
        return schema


api = WorkspaceAPI(
    title="childfirst workspace",
    version="1",
    description="Encounters, schools and the matcher for systems of the force and scripts of the workspace.",
    auth=[ClientKey(), SessionAuth()],
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [ProblemFault(_pointer(one["loc"]), str(one["msg"])) for one in error.errors]
    return problem(422, "Some of what was sent cannot be taken.", kind="invalid", faults=faults)


def _pointer(loc: tuple[Any, ...]) -> str:
    """The place of a fault: pydantic gives ``("body", "told", "age")``, of which the parameter's name is ours alone."""
    where, *rest = (str(part) for part in loc)
    if where != "body":
        return "/".join((where, *rest))
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in rest[1:])


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 401:
        return unauthorised("Sign in, or send the key of an API client.")
    return problem(error.status_code, error.message)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "What was sent is too large. Send it in parts.")


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "There is nothing at this address that you may see.")


@api.exception_handler(UserError)
def _mistaken(request: HttpRequest, error: UserError) -> HttpResponse:
    return problem(403 if isinstance(error, Forbidden) else 400, error.sentence)


api.add_router("/places", "childfirst.places.api.router")
api.add_router("/encounters", "childfirst.encounters.api.router")
api.add_router("/matcher", "childfirst.encounters.matching.api.router")

urlpatterns = [path("", api.urls)]
