"""Addresses of networks, and of the cities, organisations and themes they are made of."""

from directory.details import record_urls
from networks import views

networks = record_urls(views.NetworkList, views.NetworkDetail)
cities = record_urls(views.CityList, views.CityDetail)
organisations = record_urls(views.OrganisationList, views.OrganisationDetail)
themes = record_urls(views.ThemeList, views.ThemeDetail)
