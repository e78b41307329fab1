"""Each ordinary week becomes an expression; a text that gave no week is kept as not understood.

In batches of their own, so that no table is locked for long; what was done already is not done twice.
"""

from collections import defaultdict

from django.db import migrations

BATCH = 2000
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ALWAYS = ((0, 1440),)
UNKNOWN = 'unknown "open that day, times not known"'


def expression_of(rows):
    """OpenStreetMap's notation for rows of (weekday, opens, closes), minutes since midnight or None.

    >>> expression_of([(0, 540, 1020), (1, 540, 1020), (5, None, None)])
    'Mo-Tu 09:00-17:00; Sa unknown "open that day, times not known"'
    """
    times = defaultdict(set)
    for day, opens, closes in rows:
        times[day].add((opens, closes))
    by_times = {}
    for day in sorted(times):
        timed = tuple(sorted(it for it in times[day] if it[0] is not None))
        by_times.setdefault(timed, []).append(day)
    if list(by_times) == [ALWAYS] and len(by_times[ALWAYS]) == 7:
        return "24/7"
    rules = []
    for timed, days in by_times.items():
        spells = ",".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in timed)
        rules.append(f"{_days(days)} {spells or UNKNOWN}")
    # After a semicolon the next day's rule would cut short what goes on past midnight; a comma adds to it.
    late = any(closes is not None and closes > 1440 for _day, _opens, closes in rows)
    return (", " if late else "; ").join(rules)


def _clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _days(days):
    runs = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in runs)


def forwards(apps, schema_editor):
    Node = apps.get_model("mapping", "Node")
    OrdinaryWeek = apps.get_model("mapping", "OrdinaryWeek")
    OpeningHours = apps.get_model("mapping", "OpeningHours")
    told = Node.objects.exclude(hours_text="").order_by("pk")
    last = 0
    while True:
        weeks = OrdinaryWeek.objects.filter(node_id__gt=last).order_by("node_id").values_list("node_id", flat=True)
        ids = sorted({*weeks.distinct()[:BATCH], *told.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]})[
            :BATCH
        ]
        if not ids:
            return
        rows = defaultdict(list)
        for node, *row in OrdinaryWeek.objects.filter(node_id__in=ids).values_list(
            "node_id", "weekday", "opens", "closes"
        ):
            rows[node].append(row)
        texts = dict(Node.objects.filter(pk__in=ids).values_list("pk", "hours_text"))
        OpeningHours.objects.bulk_create(
            [
                OpeningHours(
                    node_id=pk,
                    expression=expression_of(rows[pk]),
                    not_understood=[] if rows[pk] or not texts[pk] else [texts[pk]],
                )
                for pk in ids
            ],
            ignore_conflicts=True,
        )
        last = ids[-1]


def backwards(apps, schema_editor):
    """The ordinary week of each expression, as far as one without holidays shows it."""
    import datetime

    from opening_hours import OpeningHours as Evaluated
    from opening_hours import State

    OrdinaryWeek = apps.get_model("mapping", "OrdinaryWeek")
    OpeningHours = apps.get_model("mapping", "OpeningHours")
    monday = datetime.datetime(2027, 2, 1)  # a week without a bank holiday
    week = datetime.timedelta(days=7)
    last = 0
    while True:
        batch = list(OpeningHours.objects.filter(node_id__gt=last).exclude(expression="").order_by("node_id")[:BATCH])
        if not batch:
            return
        rows = []
        for it in batch:
            try:
                found = list(Evaluated(it.expression).intervals(monday, monday + week))
            except SyntaxError:
                continue
            for start, end, state, _comment in found:
                if state == State.CLOSED:
                    continue
                at = start
                while at < end:
                    # What goes on all day is a row for each day.
                    midnight = datetime.datetime.combine(at.date() + datetime.timedelta(days=1), datetime.time())
                    until = end if end - midnight <= datetime.timedelta(hours=6) else midnight
                    day = datetime.datetime.combine(at.date(), datetime.time())
                    known = state == State.OPEN
                    rows.append(
                        OrdinaryWeek(
                            node_id=it.node_id,
                            weekday=at.weekday(),
                            opens=int((at - day).total_seconds() // 60) if known else None,
                            closes=int((until - day).total_seconds() // 60) if known else None,
                        )
                    )
                    at = until
        OrdinaryWeek.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
        last = batch[-1].node_id


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mapping", "0012_opening_hours")]

    operations = [migrations.RunPython(forwards, backwards)]
