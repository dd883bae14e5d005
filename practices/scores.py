"""What reviewers' points come to: a weighted mean, and how far the reviewers are apart.

A reviewer's mean is the sum of weight times points over all criteria, divided by the sum of the weights; the mean of a
nomination is the mean of its reviewers' means, each of whom counts the same. All of it is one exact sum and one division,
in decimals; it is rounded (half up, to two places) where it is shown and nowhere before.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.01")


def rounded(number):
    """Return a mean as it is shown; None where there is none."""
    return None if number is None else number.quantize(PLACES, ROUND_HALF_UP)


def points(review, criterion):
    """Return the points that a review gives a criterion, 1 to 5."""
    return review.scores[criterion.key]["points"]


def weighted_sum(review, criteria):
    """Return the sum of weight times points of one review, exactly."""
    return sum((Decimal(each.weight) * points(review, each) for each in criteria), Decimal())


@dataclass(frozen=True)
class OfCriterion:
    """What the reviewers think of one criterion."""

    criterion: object
    given: list  # the points, in the order of the reviews
    mean: Decimal
    lowest: int
    highest: int

    @property
    def spread(self):
        """By how many points the reviewers are apart."""
        return self.highest - self.lowest


@dataclass(frozen=True)
class Outcome:
    """What all reviews of a nomination come to; without any, `mean` and `spread` are None."""

    reviews: list
    means: list  # each reviewer's own weighted mean
    mean: Decimal | None
    spread: Decimal | None
    criteria: list

    @property
    def far_apart(self):
        """Whether the reviewers differ so much that they should be asked to talk: by two points or more somewhere."""
        return any(each.spread >= 2 for each in self.criteria)

    @property
    def rows(self):
        """Return (review, its mean), as a table shows them."""
        return list(zip(self.reviews, self.means, strict=True))


def outcome(reviews, criteria):
    """Return what some reviews come to by some criteria; only those that were given count."""
    reviews, criteria = [each for each in reviews if each.given_at], list(criteria)
    if not reviews or not criteria:
        return Outcome([], [], None, None, [])
    sums, weights = [weighted_sum(each, criteria) for each in reviews], sum(Decimal(each.weight) for each in criteria)
    of_criteria = []
    for criterion in criteria:
        given = [points(each, criterion) for each in reviews]
        mean = Decimal(sum(given)) / len(given)
        of_criteria.append(OfCriterion(criterion, given, mean, min(given), max(given)))
    return Outcome(
        reviews,
        [each / weights for each in sums],
        sum(sums) / (weights * len(sums)),
        (max(sums) - min(sums)) / weights,
        of_criteria,
    )
