"""The steps of judging a nomination, each a page of its own at the desk."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import judging, publication, reviewers, sight, told
from practices.judging_forms import CheckForm, ConflictForm, DecisionForm, ScoreForm
from practices.nominations import Status
from practices.publication_forms import PublicationForm
from practices.steps import NotAllowed

# What was sent cannot be done, or not any more.
UNPROCESSABLE, CONFLICT = 422, 409


class Judging:
    """Mixin for the admin of nominations: what is done with one, in the order in which it is done."""

    # Ways about

    def back(self, request, nomination, words=""):
        """Say what was done, and return to the page of the nomination, or to the list where the user may see it no more."""
        if words:
            self.message_user(request, words, messages.SUCCESS)
        if self.has_view_permission(request, nomination):
            return HttpResponseRedirect(self.step_address(nomination, "change"))
        return HttpResponseRedirect(reverse("admin:practices_nomination_changelist"))

    @staticmethod
    def step_address(nomination, name):
        """Return where a step is taken."""
        return reverse(f"admin:practices_nomination_{name}", args=[nomination.pk])

    def judged(self, request, pk):
        """Return a nomination that the user may judge; raises `PermissionDenied` and `Http404`."""
        if not request.user.has_perm("practices.judge_nomination"):
            raise PermissionDenied
        return self.nomination(request, pk)

    def possible(self, request, nomination):
        """Return [(words, address)] of what the user can do with a nomination now."""
        user, reviews, found = request.user, nomination.all_reviews, []
        mine = sight.own(user, reviews)
        if nomination.status == Status.UNDER_REVIEW and mine and mine in sight.outstanding(reviews):
            found.append((_("Give your scores"), "review"))
        if user.has_perm("practices.judge_nomination"):
            if nomination.status == Status.SUBMITTED:
                found.append((_("Check whether it belongs to the call"), "eligibility"))
            if nomination.status == Status.UNDER_REVIEW:
                found.append((_("Choose reviewers"), "reviewers"))
                if not judging.why_not_decide(user, nomination, reviews):
                    found.append((_("Decide"), "decision"))
            if nomination.status == Status.SELECTED and self.may_publish(request):
                shown = nomination.practice and nomination.practice.published
                found.append((_("Take the practice back") if shown else _("Publish it as a practice"), "publication"))
        return [(words, self.step_address(nomination, name)) for words, name in found]

    @staticmethod
    def may_publish(request):
        """Whether the user may show practices to visitors."""
        return request.user.has_perms(["practices.judge_nomination", "practices.publish_practice"])

    def refused(self, request, sentence):
        """Tell a user why nothing was done."""
        self.message_user(request, sentence, messages.ERROR)

    def became(self, request, nomination):
        """Say what a nomination has become, and whether its nominator still has to be told."""
        if not nomination.told:
            sentence = _("No mail could be sent to the nominator: say yourself what became of the nomination.")
            self.message_user(request, sentence, messages.WARNING)
        words = {"status": nomination.get_status_display()}
        return self.back(request, nomination, _("The nomination is “%(status)s” now.") % words)

    # Steps

    def eligibility_view(self, request, pk):
        """Look whether a nomination belongs to its call."""
        nomination, status = self.judged(request, pk), 200
        form = CheckForm(request.POST or None)
        if request.method == "POST":
            status = UNPROCESSABLE
            if form.is_valid():
                data = form.cleaned_data
                try:
                    done = judging.check(
                        nomination,
                        form.checks,
                        by=request.user,
                        reason_sv=data["reason_sv"],
                        reason_en=data["reason_en"],
                    )
                except NotAllowed as refused:
                    self.refused(request, str(refused))
                    status = CONFLICT
                else:
                    return self.became(request, done)
        elif nomination.status != Status.SUBMITTED:
            self.refused(request, _("It was checked already."))
            return self.back(request, nomination)
        title = _("Does it belong to the call?")
        return self.page(request, "eligibility", nomination, title, status, form=form)

    def reviewers_view(self, request, pk):
        """Ask reviewers, or take off one who is still waited for."""
        nomination, status = self.judged(request, pk), 200
        fitting = reviewers.candidates(nomination)
        if request.method == "POST":
            chosen = set(request.POST.getlist("reviewer"))
            off = next((each for each in nomination.all_reviews if str(each.pk) == request.POST.get("off")), None)
            try:
                if off:
                    judging.take_off(nomination, off, by=request.user)
                    words = _("%(name)s reviews it no longer.") % {"name": off.reviewer}
                    return self.back(request, nomination, words)
                if chosen := [each for each in fitting if str(each.pk) in chosen]:
                    return self.asked(request, nomination, chosen)
                self.refused(request, _("Nobody was asked: choose at least one of the reviewers."))
                status = UNPROCESSABLE
            except NotAllowed as refused:
                self.refused(request, str(refused))
                status = CONFLICT
            nomination = self.nomination(request, pk)
        elif nomination.status != Status.UNDER_REVIEW:
            self.refused(request, _("Reviewers are asked between the check and the decision."))
            return self.back(request, nomination)
        return self.page(
            request,
            "reviewers",
            nomination,
            _("Choose reviewers"),
            status,
            fitting=fitting,
            reviews=nomination.all_reviews,
            outstanding=sight.outstanding(nomination.all_reviews),
            missing=max(0, nomination.round.reviewers_wanted - len(sight.active(nomination.all_reviews))),
        )

    def asked(self, request, nomination, chosen):
        """Ask the chosen reviewers, and say who was asked and who could not be."""
        link = request.build_absolute_uri(self.step_address(nomination, "review"))
        asked, sentences = judging.assign(nomination, chosen, by=request.user, link=link)
        for sentence in sentences:
            self.message_user(request, sentence, messages.WARNING)
        text = ngettext("%(count)d reviewer was asked.", "%(count)d reviewers were asked.", len(asked))
        return self.back(request, nomination, text % {"count": len(asked)} if asked else "")

    def review_view(self, request, pk):
        """Let a reviewer score what was assigned to her, or say that she has an interest of her own."""
        if not request.user.has_perm("practices.review_nomination"):
            raise PermissionDenied
        nomination, status = self.nomination(request, pk), 200
        criteria = list(nomination.round.criteria.all())
        posted = request.POST if request.method == "POST" else None
        declaring = posted is not None and "declare" in posted
        form = ScoreForm(None if declaring else posted, criteria=criteria)
        conflict = ConflictForm(posted if declaring else None, prefix="conflict")
        try:
            judging.mine_to_give(request.user, nomination, nomination.all_reviews)
            if posted is not None:
                status = UNPROCESSABLE
                if declaring and conflict.is_valid():
                    judging.declare(nomination, conflict.cleaned_data["note"], by=request.user)
                    return self.back(request, nomination, _("Thank you for saying so. You do not review it."))
                if not declaring and form.is_valid():
                    comment = form.cleaned_data["comment"]
                    judging.give(nomination, form.scores, by=request.user, comment=comment)
                    return self.back(request, nomination, _("Your scores are given. Thank you."))
        except NotAllowed as refused:
            self.refused(request, str(refused))
            if posted is None or declaring:
                return self.back(request, nomination)
            # What she typed stays on the page, to be copied.
            status = CONFLICT
        title = _("Your review")
        return self.page(request, "review", nomination, title, status, form=form, conflict=conflict)

    def decision_view(self, request, pk):
        """Select a nomination or not; whoever was second is told what the first decided."""
        nomination, status = self.judged(request, pk), 200
        picture = sight.picture(nomination, nomination.all_reviews)
        form = DecisionForm(request.POST if request.method == "POST" else None, initial={"seen": picture})
        if request.method == "POST":
            status = UNPROCESSABLE
            if form.is_valid():
                data = form.cleaned_data
                try:
                    done = judging.decide(
                        nomination,
                        Status(data["outcome"]),
                        by=request.user,
                        reason_sv=data["reason_sv"],
                        reason_en=data["reason_en"],
                        seen=data["seen"],
                    )
                except NotAllowed as refused:
                    self.refused(request, str(refused))
                    status = CONFLICT
                else:
                    return self.became(request, done)
        elif refused := self.why_not_decide(request, nomination):
            self.refused(request, refused)
            return self.back(request, nomination)
        if status == CONFLICT:
            # Shown again with what was typed, on what is stored by now.
            nomination = self.nomination(request, pk)
            form.data = {**form.data.dict(), "seen": sight.picture(nomination, nomination.all_reviews)}
        everything = told.everything(nomination, request.user)
        return self.page(request, "decision", nomination, _("Decide"), status, form=form, told=everything)

    @staticmethod
    def why_not_decide(request, nomination):
        """Return a sentence on why the user may not decide; "" if she may."""
        try:
            judging.must_be(nomination, Status.UNDER_REVIEW)
        except NotAllowed as refused:
            return str(refused)
        return judging.why_not_decide(request.user, nomination, nomination.all_reviews)

    def publication_view(self, request, pk):
        """Publish a selected nomination as a practice, or take it back."""
        if not self.may_publish(request):
            raise PermissionDenied
        nomination, status = self.nomination(request, pk), 200
        shown = bool(nomination.practice and nomination.practice.published)
        initial = publication.proposed(nomination)
        form = PublicationForm(
            request.POST if request.method == "POST" else None, initial=initial, site=self.admin_site
        )
        try:
            if request.method == "POST" and "back" in request.POST:
                practice = publication.take_back(nomination, by=request.user)
                words = _("Visitors see the practice no more; nothing of it is lost.")
                if practice.published:
                    words = _("“%(name)s” stays in the library, and the nomination leads to it no more.")
                return self.back(request, nomination, words % {"name": practice})
            if request.method == "POST" and nomination.practice:
                publication.show_again(nomination, by=request.user)
                return self.back(request, nomination, _("Visitors see the practice again."))
            if request.method == "POST":
                status = UNPROCESSABLE
                if form.is_valid():
                    practice = publication.publish(nomination, form.cleaned_data, by=request.user)
                    words = _("“%(name)s” is a practice in the library now.") % {"name": practice}
                    return self.back(request, nomination, words)
            elif nomination.status != Status.SELECTED:
                raise NotAllowed(_("Only what was selected is published."))
        except NotAllowed as refused:
            self.refused(request, str(refused))
            if request.method != "POST":
                return self.back(request, nomination)
            status = CONFLICT
        title = _("The practice is public") if shown else _("Publish it as a practice")
        stays = shown and publication.without(nomination)
        context = {"form": form, "shown": shown, "stays": stays, "asked": status == 200}
        return self.page(request, "publication", nomination, title, status, **context)
