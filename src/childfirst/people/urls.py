"""Addresses of the room: home, sign-in, one's own access, people and organisations.

Of allauth's own addresses only those stand here that we want; the names are allauth's, because it looks them up.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from childfirst.people import access_views, api_client_views, sign_in_views, views

sign_in = [
    path("sign-in/", sign_in_views.sign_in, name="account_login"),
    path("sign-in/code/", sign_in_views.second_factor, name="mfa_authenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("by-invitation/", sign_in_views.by_invitation, name="account_signup"),
    path("confirm/password/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", sign_in_views.confirm_code, name="mfa_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/new/saved/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("single-sign-on/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("single-sign-on/failed/", login_not_required(social.login_error), name="socialaccount_login_error"),
    path("single-sign-on/by-invitation/", sign_in_views.by_invitation, name="socialaccount_signup"),
    path("single-sign-on/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path("single-sign-on/<slug:provider_id>/callback/", openid.callback, name="openid_connect_callback"),
]

own_access = [
    path("", access_views.your_access, name="your_access"),
    path("sessions/", access_views.sessions, name="usersessions_list"),
    path("second-factor/", sign_in_views.to_access, name="mfa_index"),
    path("connections/", sign_in_views.to_access, name="socialaccount_connections"),
    path("second-factor/set-up/", sign_in_views.set_up, name="mfa_activate_totp"),
    path("second-factor/qr-code.svg", sign_in_views.qr_code, name="mfa_qr_code"),
    path("second-factor/remove/", sign_in_views.remove, name="mfa_deactivate_totp"),
    path("recovery-codes/", sign_in_views.recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]

people = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite_where, name="invite"),
    path("people/invitations/", views.invitations, name="invitations"),
    path("people/invitations/<str:pk>/", views.invitation, name="invitation"),
    path("people/invitations/<str:pk>/send-again/", views.send_again, name="send-again"),
    path("people/invitations/<str:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("people/<str:pk>/", views.person, name="person"),
    path("people/<str:pk>/give-role/", views.give_role_where, name="give-role-where"),
    path("people/<str:pk>/give-role/<str:organisation_pk>/", views.give_role, name="give-role"),
    path("people/<str:pk>/end-role/<str:membership_pk>/", views.end_role, name="end-role"),
    path("people/<str:pk>/close/", views.close, name="close"),
    path("people/<str:pk>/open/", views.reopen, name="open"),
    path("people/<str:pk>/reset-second-factor/", views.reset_second_factor, name="reset-second-factor"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.new_organisation, name="new-organisation"),
    path("organisations/<str:pk>/", views.organisation, name="organisation"),
    path("organisations/<str:pk>/edit/", views.edit_organisation, name="edit-organisation"),
    path("organisations/<str:pk>/invite/", views.invite, name="invite-to"),
    path("api-clients/", api_client_views.api_clients, name="api-clients"),
    path("api-clients/new/", api_client_views.new, name="new-api-client"),
    path("api-clients/<str:pk>/", api_client_views.api_client, name="api-client"),
    path("api-clients/<str:pk>/new-key/", api_client_views.rotate, name="rotate-api-client"),
    path("api-clients/<str:pk>/revoke/", api_client_views.revoke, name="revoke-api-client"),
    path("invitation/<str:token>/", access_views.accept, name="accept"),
]

urlpatterns = [
    path("", access_views.home, name="home"),
    path("account/", include(own_access)),
    path("account/", include(sign_in)),
    path("", include((people, "people"))),
]
