"""What some records of a list add up to, told by the index alone: no record is looked at, however many there are."""

from collections import defaultdict, namedtuple
from decimal import Decimal
from functools import reduce
from operator import or_

from django.utils.translation import get_language, ngettext
from pyroaring import BitMap

from directory.facts import grouped, money

# What the amounts of some records in one currency add up to; the smallest and the largest of them and the one in the
# middle are told only of a few or more.
Amounts = namedtuple("Amounts", "currency records hundredths smallest median largest")
FEW = 3
# Fewer records than this part of all, as its inverse, are counted by year.
FEW_OF_ALL = 40


def counted(model, count):
    """Return how many records of a kind, in words: “3 projects”."""
    names = model._meta.verbose_name, model._meta.verbose_name_plural
    return f"{grouped(count)} {names[count != 1]}"


def amount(hundredths, currency):
    """Return a sum with its currency as the active language writes it."""
    return money((Decimal(hundredths) / 100).quantize(Decimal("0.01")), currency)


def stated(reading, group):
    """Return the records that have any value of a group; worked out once for each version."""
    if ("stated", group) not in reading.kept:
        values = (records for value, records in reading.groups[group].items() if value != "unknown")
        reading.kept["stated", group] = BitMap.union(BitMap(), *values)
    return reading.kept["stated", group]


def digits(reading):
    """Return {currency: [(binary digit, records whose sum has it)]}, the most frequent currency first."""
    if "digits" not in reading.kept:
        values, found = reading.groups.get("currency", {}), {}
        for _size, value in reading.by_size("currency") if values else ():
            currency, _colon, digit = value.partition(":")
            if digit == "any":
                found[currency] = []
        for value, records in values.items():
            currency, _colon, digit = value.partition(":")
            if digit != "any":
                found[currency].append((int(digit), records))
        reading.kept["digits"] = {currency: sorted(each, key=lambda pair: pair[0]) for currency, each in found.items()}
    return reading.kept["digits"]


def total(reading, currency, records):
    """Return what the amounts of some records in one currency add up to, in hundredths: exact at any number.

    Each must have one. Where they are few enough they are added up in the column; others, and those that changed since it
    was made, are counted by their binary digits.
    """
    apart, sum_of_others = records, 0
    column = reading.column_for("currency", records)
    if column and currency in column.amounts:
        apart = records & reading.changed_since(column)
        sum_of_others = column.total(currency, records - apart if apart else records)
    bits = digits(reading)[currency] if apart else ()
    return sum_of_others + sum(apart.intersection_cardinality(those) << digit for digit, those in bits)


def at_least(reading, currency, number):
    """Return the records whose sum in a currency is `number` hundredths or more, from the highest digit down."""
    held, none = dict(digits(reading)[currency]), BitMap()
    equal, more = reading.groups["currency"][f"{currency}:any"], BitMap()
    for digit in range(max([*held, number.bit_length()]), -1, -1):
        those = held.get(digit, none)
        if number >> digit & 1:
            equal = equal & those
        else:
            more |= equal & those
            equal = equal - those
    return more | equal


def nth(digits, records, place):
    """Return the amount at a place, counted from 0, when the amounts of records that have one are put in order.

    From the highest digit down: those without it are the smaller ones, and the place is among them or among the rest.
    """
    found = 0
    for digit, those in reversed(digits):
        smaller = records - those
        if place < len(smaller):
            records = smaller
        else:
            place, records, found = place - len(smaller), records & those, found | 1 << digit
    return found


def amounts(reading, records, spread=False):
    """Return `Amounts` of some records for each currency in which any has one, with or without the spread of them."""
    found = []
    for currency, binary in digits(reading).items():
        having = records & reading.groups["currency"][f"{currency}:any"]
        if not having:
            continue
        count, smallest, median, largest = len(having), None, None, None
        if spread and count >= FEW:
            smallest, largest = nth(binary, having, 0), nth(binary, having, count - 1)
            middle = nth(binary, having, (count - 1) // 2)
            median = middle if count % 2 else Decimal(middle + nth(binary, having, count // 2)) / 2
        found.append(Amounts(currency, count, total(reading, currency, having), smallest, median, largest))
    return found


def years(filters):
    """Return {year: records whose dates touch it} in order; none where a list is not told by its years.

    A list without a filter of years is read by the first and last days that its records' dates can mean, in the same
    way as that filter reads them.
    """
    reading = filters.reading
    if "years" not in reading.kept:
        if "year" in reading.groups:
            found = {int(year): records for year, records in reading.groups["year"].items() if year != "unknown"}
        else:
            found = _years_by_days(reading) if filters.ends else {}
        reading.kept["years"] = dict(sorted(found.items()))
    return reading.kept["years"]


def _years_by_days(reading):
    days = {letter: defaultdict(BitMap) for letter in "abcd"}
    for value, records in reading.values("day").items():
        days[value[0]][int(value[2:6])] |= records
    begun = _first_known(days["a"], days["c"])
    over = _first_known(days["d"], days["b"])
    if not begun:
        return {}
    found, earlier, later = {}, BitMap(), BitMap.union(BitMap(), *over.values())
    for year in range(min(begun), max(over) + 1):
        earlier |= begun.get(year, BitMap())
        if touching := earlier & later:
            found[year] = touching
        later -= over.get(year, BitMap())
    return found


def _first_known(one, other):
    """Return {year: records} of one bound, and of the other for records that have not that one."""
    having = reduce(or_, one.values(), BitMap())
    found = defaultdict(BitMap, one)
    for year, records in other.items():
        if left := records - having:
            found[year] = found[year] | left
    return found


def span(filters, records):
    """Return the first and the last year that the dates of some records touch, or None."""
    found, reading = years(filters), filters.reading
    if "year" in reading.groups and len(records) * FEW_OF_ALL < len(reading.everything):
        # Many a year has none of them, and to find that out takes longest.
        counts = reading.count("year", records, [str(year) for year in found])
        touched = [year for year in found if counts[str(year)]]
        return (touched[0], touched[-1]) if touched else None
    first = next((year for year, those in found.items() if records.intersect(those)), None)
    if first is None:
        return None
    return first, next(year for year, those in reversed(found.items()) if records.intersect(those))


def span_in_words(bounds):
    """Return a span of years as it is written, “2007–2023”, or nothing."""
    if not bounds:
        return ""
    first, last = bounds
    return str(first) if first == last else f"{first}–{last}"


def summary(filters):
    """Return in a few words what the found records of a list add up to; nothing where that is their number alone."""
    reading, key = filters.reading, ("summary", get_language())
    if filters.found is not reading.everything:
        return _summary(filters)
    if key not in reading.kept:
        reading.kept[key] = _summary(filters)
    return reading.kept[key]


def _summary(filters):
    reading, records, parts = filters.reading, filters.found, []
    if countries := sum(records.intersect(those) for those in reading.groups.get("country", {}).values()):
        text = ngettext("%(count)s country", "%(count)s countries", countries)
        parts.append(text % {"count": grouped(countries)})
    if bounds := span(filters, records):
        parts.append(span_in_words(bounds))
    for each in amounts(reading, records):
        text = ngettext(
            "%(sum)s in the stated amount of %(records)s", "%(sum)s in stated amounts of %(records)s", each.records
        )
        sum_of = {"sum": amount(each.hundredths, each.currency), "records": counted(filters.model, each.records)}
        parts.append(text % sum_of)
    return [counted(filters.model, len(records)), *parts] if parts else []
