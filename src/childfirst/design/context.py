"""What every page's template may count on. No session, no account: the public site uses it too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from childfirst.design.navigation import PUBLIC_FOOTER, PUBLIC_NAVIGATION, existing

PRODUCT = "childfirst"


def site(request: HttpRequest) -> dict[str, Any]:
    """Names and addresses that the layouts show."""
    return {
        "product_name": PRODUCT,
        "partnership_name": settings.PARTNERSHIP_NAME,
        "partnership_email": settings.PARTNERSHIP_EMAIL,
        "public_url": settings.PUBLIC_URL,
        "workspace_url": settings.WORKSPACE_URL,
        "source_url": settings.SOURCE_URL,
        "is_demo": settings.DEMO,
        "current_path": request.path,
        "public_navigation": SimpleLazyObject(lambda: existing(PUBLIC_NAVIGATION)),
        "public_footer": SimpleLazyObject(lambda: existing(PUBLIC_FOOTER)),
    }
