"""What people see and say of a release before the public has it: who had access, and comments on what they saw.

The Code of Practice for Statistics (UK Statistics Authority, edition 2.0, practices T3.3 and T3.4) asks that access before
publication is kept to those who need it, recorded and justified. Everybody who opens a table of an unpublished release is
written down by role and organisation, and the list is published with the release.
"""

from __future__ import annotations

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.people.models import Account
from childfirst.published.actions import publish_document
from childfirst.release import permissions, rules
from childfirst.release.models import PreReleaseAccess, Release, ReleaseComment
from childfirst.release.publish import access_document
from childfirst.release.vocabulary import UNPUBLISHED, Access
from childfirst.shared.errors import UserError


def note_access(*, by: Account, release: Release) -> None:
    """Write down that somebody saw figures of a release that is not published yet. Later visits change nothing."""
    if release.state in UNPUBLISHED and not release.access.filter(account=by).exists():
        record_access(by=by, release=release)


@action("release.access.record")
def record_access(*, by: Account, release: Release) -> PreReleaseAccess:
    """The first time that a person of the workspace sees figures of a release before the public does."""
    permissions.check_can_read(by)
    kind = Access.OVERSIGHT
    if str(by.reference) in release.builders:
        kind = Access.PRODUCTION
    elif permissions.can_sign(by, release):
        kind = Access.REVIEW
    found, _ = PreReleaseAccess.objects.get_or_create(
        release=release, account=by, defaults={"holder": by.audit_name, "kind": kind}
    )
    note(release.reference, data={"kind": found.kind})
    return found


@action("release.access.give")
def give_access(*, by: Actor, release: Release, holder: str, reason: str) -> PreReleaseAccess:
    """Write down that somebody outside the workspace is shown the release before it is public: their post, never their name.

    Raises Forbidden, and UserError without a post or a reason, or when the release is public already.
    """
    permissions.check_can_publish(by)
    holder = " ".join(holder.split())
    if not holder:
        raise UserError("Enter the post and organisation of the person who gets access.")
    if release.state not in UNPUBLISHED:
        raise UserError("The release is public already: everybody has access.")
    found = PreReleaseAccess.objects.create(
        release=release, holder=holder, kind=Access.GIVEN, reason=rules.check_reason(reason)
    )
    note(release.reference, data={"access": found.pk, "kind": found.kind})
    return found


def publish_access_list(release: Release) -> None:
    """Give the public the list of who saw the release before it did. Doing it again changes nothing."""
    publish_document(access_document(release))


@action("release.comment.add")
def add_comment(*, by: Actor, release: Release, text: str, table: str = "") -> ReleaseComment:
    """Say something about a release that is being reviewed, or about one table of it.

    Who may decide is read by those who prepared it at once, and by others who may decide only when both decisions are made.
    Raises Forbidden, and UserError for an empty comment, an unknown table, or a release that is no longer in preparation.
    """
    author = permissions.check_can_comment(by, release)
    text = text.strip()
    if not text:
        raise UserError("Write what you want to say.")
    if release.state not in UNPUBLISHED:
        raise UserError("The release is no longer in preparation, so comments on it are closed.")
    if table and table not in release.summary.get("tables", {}):
        raise UserError("The release has no such table.")
    comment = ReleaseComment.objects.create(
        release=release, round=release.round, author=author, role=author.audit_name, table=table, text=text
    )
    note(release.reference, data={"comment": comment.pk, "round": release.round})
    return comment
