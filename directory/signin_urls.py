"""The addresses of the sign-in, all at the desk: nothing that sets a cookie lies outside /admin/.

allauth leads from one of them to the next by its own names; those that it has beside these do not exist here.
"""

from functools import cache

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib import admin
from django.urls import path, re_path
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.sessions import sign_out_everywhere
from directory.signin import DESK, Forgotten, SetUp, closed, with_second_factor

only_forms = require_http_methods(["GET", "HEAD", "POST"])


def page(view, guard=lambda page: page):
    """Return the view of a page that knows the desk and that no browser keeps, behind a guard if one is given."""
    return only_forms(never_cache(guard(view.as_view(extra_context=DESK))))


@cache
def factors(name):
    """Return one of allauth's pages about second factors; with them come keys of hardware, which takes long to load."""
    return import_string(f"allauth.mfa.base.views.{name}").as_view(extra_context=DESK)


def later(name, guard=lambda page: page):
    """Return the same as `page` of one of those pages, loaded when somebody first asks for it: no visitor does."""
    return only_forms(never_cache(guard(lambda request: factors(name)(request))))


urlpatterns = [
    path("login/", only_forms(admin.site.login), name="account_login"),
    path("login/code/", later("AuthenticateView"), name="mfa_authenticate"),
    path("logout/", page(account.LogoutView), name="account_logout"),
    path("sign-up/", closed, name="account_signup"),
    path("again/", page(account.ReauthenticateView), name="account_reauthenticate"),
    path("again/code/", later("ReauthenticateView"), name="mfa_reauthenticate"),
    path("password/", page(Forgotten), name="account_reset_password"),
    path("password/sent/", page(account.PasswordResetDoneView), name="account_reset_password_done"),
    path("password/chosen/", page(account.PasswordResetFromKeyDoneView), name="account_reset_password_from_key_done"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]+)/$",
        page(account.PasswordResetFromKeyView),
        name="account_reset_password_from_key",
    ),
    path("password_change/", page(account.PasswordChangeView, admin.site.admin_view), name="account_change_password"),
    path("account/", later("IndexView", admin.site.admin_view), name="mfa_index"),
    path("account/app/", page(SetUp), name="mfa_activate_totp"),
    path("account/app/remove/", page(totp.DeactivateTOTPView, with_second_factor), name="mfa_deactivate_totp"),
    path("account/codes/", page(codes.ViewRecoveryCodesView, with_second_factor), name="mfa_view_recovery_codes"),
    path(
        "account/codes/new/",
        page(codes.GenerateRecoveryCodesView, with_second_factor),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/codes/file/",
        page(codes.DownloadRecoveryCodesView, with_second_factor),
        name="mfa_download_recovery_codes",
    ),
    path("account/sign-out-everywhere/", sign_out_everywhere, name="sign_out_everywhere"),
]
