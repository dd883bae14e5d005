"""What is kept about one nomination and its nominator, handed out to herself."""

from practices.nominations import NominatorContact


def of(nomination):
    """Return everything she gave and everything that became of it, as JSON can hold it; reviews are not hers."""
    contact = NominatorContact.objects.filter(nomination=nomination).first()
    questions = {each.key: each for each in nomination.round.questions.all()}
    return {
        "call": str(nomination.round.name),
        "reference": nomination.reference,
        "status": nomination.status,
        "language": nomination.language,
        "title": nomination.title,
        "kind": nomination.kind,
        "country": nomination.country.code or None,
        "sector": nomination.sector,
        "themes": [str(theme.name) for theme in nomination.themes.all()],
        "description": nomination.description,
        "developer": nomination.developer or None,
        "links": nomination.links.splitlines(),
        "answers": [
            {"question": str(questions[key].text), "answer": questions[key].told(answer)}
            for key, answer in nomination.answers.items()
            if key in questions
        ],
        "credit": {
            "name": nomination.credit_name or None,
            "organisation": nomination.credit_organisation or None,
            "anonymous": nomination.anonymous,
        },
        "nominator": contact
        and {
            "name": contact.name,
            "email": contact.email,
            "organisation": contact.organisation or None,
            "consent": contact.consent_text,
            "consented_at": contact.consented_at.isoformat(),
            "kept_until": contact.keep_until and contact.keep_until.isoformat(),
        },
        "begun": nomination.created_at.isoformat(),
        "steps": [
            {"from": step.before, "to": step.after, "at": step.at.isoformat()} for step in nomination.steps.all()
        ],
        "reason": {"sv": nomination.reason_sv or None, "en": nomination.reason_en or None},
    }
