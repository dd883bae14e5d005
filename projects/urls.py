"""Addresses of projects, funders, programmes and publications."""

from django.urls import path

from directory.details import record_urls
from projects import views

projects = record_urls(views.ProjectList, views.ProjectDetail)
funders = record_urls(views.FunderList, views.FunderDetail)
programmes = record_urls(views.ProgrammeList, views.ProgrammeDetail)
publications = [
    *record_urls(views.PublicationList, views.PublicationDetail),
    path("<slug:slug>/file/", views.publication_file, name="file"),
]
