"""Addresses of the chamber. They hold a notice's identifier and nothing else."""

from __future__ import annotations

from django.urls import path

from childfirst.encounters.notices import officer_views, oversight_views, views

app_name = "notices"

urlpatterns = [
    path("", views.index, name="index"),
    path("sent/", officer_views.sent, name="sent"),
    path("overview/", oversight_views.overview, name="overview"),
    path("schools-without-a-lead/", oversight_views.unled, name="unled"),
    path("<str:notice_id>/", views.notice, name="notice"),
    path("<str:notice_id>/before/", views.before, name="before"),
    path("<str:notice_id>/message/", views.speak, name="speak"),
    path("<str:notice_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<str:notice_id>/not-our-pupil/", views.return_notice, name="return"),
    path("<str:notice_id>/take/", officer_views.take, name="take"),
    path("<str:notice_id>/write/", officer_views.write, name="write"),
    path("<str:notice_id>/check/", officer_views.check, name="check"),
    path("<str:notice_id>/sent/", officer_views.done, name="done"),
    path("<str:notice_id>/hold-back/", officer_views.hold_back, name="hold_back"),
    path("<str:notice_id>/renew/", officer_views.renew, name="renew"),
]
