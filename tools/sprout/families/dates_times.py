"""Calendar dates (ISO strings), clock times and durations."""

from family import family


def clock(r):
    """A time of day, HH:MM."""
    return f"{r.int(0, 23):02d}:{r.int(0, 59):02d}"


family(
    "dates_times/parse_date",
    names="parse_date split_date date_parts read_iso_date",
    args={"date": ("str", "date day text iso s")},
    returns="tuple[int, int, int]",
    locals={"year": "year y", "month": "month m", "dom": "dom d num"},
    wordings=[
        "Return year, month and day of the ISO date $date (YYYY-MM-DD) as three integers.",
        "Split $date, written YYYY-MM-DD, into its numbers for year, month and day.",
        "YYYY-MM-DD in $date to (year, month, day) as ints",
        "Which year, month and day, as numbers in this order, does the ISO date $date stand for?",
        "Takes a date such as 2024-03-09 and gives back the three numbers 2024, 3 and 9.",
        "I need the parts of a YYYY-MM-DD string as integers, year first, leading zeros gone.",
        "Cut $date at its hyphens, convert the three pieces to integers and return them in the same order.",
    ],
    py=[
        "$year, $month, $dom = map(int, $date.split('-'))\nreturn ($year, $month, $dom)",
        "return (int($date[:4]), int($date[5:7]), int($date[8:]))",
    ],
    ts=[
        "const [$year, $month, $dom] = $date.split('-').map(Number);\nreturn [$year, $month, $dom];",
        "return [Number($date.slice(0, 4)), Number($date.slice(5, 7)), Number($date.slice(8))];",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-03-09",), ("1999-12-31",)],
)

family(
    "dates_times/is_leap_year",
    names="is_leap_year leap_year is_leap has_leap_day",
    args={"year": ("int", "year y yr calendar_year")},
    returns="bool",
    wordings=[
        "Return whether $year is a leap year in the Gregorian calendar.",
        "Check if $year is a leap year: divisible by 4, but not by 100 unless also by 400.",
        "gregorian leap year test for $year",
        "Does $year have a 29 February? Full centuries only do if they are multiples of 400.",
        "Tells if the year has 366 days, so 2000 and 2024 do, but 1900 and 2023 do not.",
        "I need the leap year rule with the exceptions for 100 and 400 years.",
        "True if 400 divides $year, or if 4 divides it and 100 does not; otherwise false.",
    ],
    py=[
        "return $year % 4 == 0 and ($year % 100 != 0 or $year % 400 == 0)",
        "if $year % 400 == 0:\n    return True\nif $year % 100 == 0:\n    return False\nreturn $year % 4 == 0",
    ],
    ts=[
        "return $year % 4 === 0 && ($year % 100 !== 0 || $year % 400 === 0);",
        "if ($year % 100 === 0) {\n  return $year % 400 === 0;\n}\nreturn $year % 4 === 0;",
    ],
    inputs=lambda r: (r.choice([r.int(1890, 2110), r.int(400, 600) * 4, r.int(15, 25) * 100]),),
    edges=[(2000,), (1900,), (2024,), (2023,)],
)

family(
    "dates_times/days_in_month",
    names="days_in_month month_length num_days month_days",
    args={"year": ("int", "year y yr"), "month": ("int", "month m mon month_number")},
    returns="int",
    locals={"leap": "leap is_leap leap_year", "lengths": "lengths days table"},
    wordings=[
        "Return the number of days in $month (1 to 12) of $year, with leap years in mind.",
        "Count the days of month number $month, January being 1, in the Gregorian year $year.",
        "days in $month (1-12) of $year, february depends on the leap year",
        "How many days does $month, a number from 1 to 12, have in $year?",
        "Takes a year and a month number from one to twelve and gives back 28, 29, 30 or 31.",
        "I need the length of a month; February has 29 days in leap years such as 2000 and 2024, not in 1900.",
        "Look up the usual length of $month (1 is January) and use 29 for February if $year is a leap year.",
    ],
    py=[
        "return calendar.monthrange($year, $month)[1]",
        "if $month == 2:\n    $leap = $year % 4 == 0 and ($year % 100 != 0 or $year % 400 == 0)\n"
        "    return 29 if $leap else 28\nreturn 30 if $month in (4, 6, 9, 11) else 31",
    ],
    ts=[
        "return new Date(Date.UTC($year, $month, 0)).getUTCDate();",
        "const $leap = $year % 4 === 0 && ($year % 100 !== 0 || $year % 400 === 0);\n"
        "const $lengths = [31, $leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];\nreturn $lengths[$month - 1];",
    ],
    inputs=lambda r: (r.int(1890, 2110), r.choice([2, r.int(1, 12)])),
    edges=[(2024, 2), (1900, 2), (2023, 12), (2000, 2)],
    py_imports=["import calendar"],
)

family(
    "dates_times/weekday_name",
    names="weekday_name day_name weekday_of day_of_week",
    args={"date": ("str", "date day iso when")},
    returns="str",
    locals={"names": "names weekdays labels", "index": "index i n"},
    wordings=[
        "Return the English weekday name, such as 'Monday', of the ISO date $date.",
        "Name the day of the week on which $date (YYYY-MM-DD) falls, in English with a capital letter.",
        "full english weekday of $date (YYYY-MM-DD), e.g. 'Friday'",
        "Which day of the week is the ISO date $date? Answer with the full English name.",
        "Takes a YYYY-MM-DD date and gives back 'Monday' to 'Sunday'.",
        "I need the weekday spelled out for a date string like 2024-01-01, which was a Monday.",
        "Parse the YYYY-MM-DD string, find its weekday in the Gregorian calendar and return the full English name.",
    ],
    py=[
        "$names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']\n"
        "return $names[datetime.date.fromisoformat($date).weekday()]",
        "$index = datetime.date.fromisoformat($date).weekday()\n"
        "return 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split()[$index]",
    ],
    ts=[
        "const $names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];\n"
        "return $names[new Date($date).getUTCDay()];",
        "return new Date($date).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' });",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-01-01",), ("2000-02-29",), ("1999-12-31",)],
    py_imports=["import datetime"],
)

family(
    "dates_times/weekday_number",
    names="iso_weekday weekday_number iso_day_of_week weekday_index",
    args={"date": ("str", "date day iso when")},
    returns="int",
    wordings=[
        "Return the ISO weekday number of $date (YYYY-MM-DD): 1 for Monday up to 7 for Sunday.",
        "Compute the day of the week of the ISO date $date as a number, Monday being 1 and Sunday 7.",
        "weekday of $date as 1 (mon) .. 7 (sun)",
        "Which weekday is $date, an ISO date, counted from Monday as 1 to Sunday as 7?",
        "Takes a YYYY-MM-DD string and gives a number from one to seven for Monday to Sunday.",
        "I need a numeric weekday where the week starts with Monday = 1, so Sundays are 7. Dates look like 2024-05-31.",
        "Find the weekday of the YYYY-MM-DD date and return its position in a week that begins on Monday, counting from 1.",
    ],
    py=[
        "return datetime.date.fromisoformat($date).isoweekday()",
        "return datetime.date.fromisoformat($date).weekday() + 1",
    ],
    ts=[
        "return new Date($date).getUTCDay() || 7;",
        "return ((new Date($date).getUTCDay() + 6) % 7) + 1;",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-01-01",), ("2024-01-07",), ("2023-02-28",)],
    py_imports=["import datetime"],
)

family(
    "dates_times/is_weekend",
    names="is_weekend on_weekend is_weekend_day falls_on_weekend",
    args={"date": ("str", "date day iso when")},
    returns="bool",
    locals={"weekday": "weekday wd dow"},
    wordings=[
        "Return whether the ISO date $date is a Saturday or a Sunday.",
        "Check if $date (YYYY-MM-DD) falls on a weekend, i.e. Saturday or Sunday.",
        "true if $date (YYYY-MM-DD) is sat or sun",
        "Is $date, given as YYYY-MM-DD, part of a weekend? Fridays are not.",
        "Takes an ISO date and tells if it is one of the two days off, Saturday and Sunday.",
        "I need to skip weekends: true for Saturdays and Sundays, false for working days. Dates look like 2024-06-01.",
        "Find the weekday of the YYYY-MM-DD date and compare it with Saturday and Sunday.",
    ],
    py=[
        "return datetime.date.fromisoformat($date).weekday() >= 5",
        "$weekday = datetime.date.fromisoformat($date).isoweekday()\nreturn $weekday in (6, 7)",
    ],
    ts=[
        "return [0, 6].includes(new Date($date).getUTCDay());",
        "const $weekday = new Date($date).getUTCDay();\nreturn $weekday === 0 || $weekday === 6;",
    ],
    inputs=lambda r: (r.choice([r.date(), f"2024-06-{r.int(1, 30):02d}"]),),
    edges=[("2024-06-01",), ("2024-06-02",), ("2024-06-03",)],
    py_imports=["import datetime"],
)

family(
    "dates_times/quarter",
    names="quarter get_quarter quarter_of year_quarter",
    args={"date": ("str", "date day iso when")},
    returns="int",
    locals={"month": "month m mon"},
    wordings=[
        "Return the quarter of the year, 1 to 4, in which the ISO date $date lies.",
        "Determine the calendar quarter of $date (YYYY-MM-DD) as a number from 1 to 4.",
        "quarter 1-4 of $date, which is YYYY-MM-DD",
        "Does the ISO date $date belong to quarter 1, 2, 3 or 4 of its year?",
        "Takes a YYYY-MM-DD date and gives back its quarter: January to March is 1, October to December is 4.",
        "I need the quarter number for a date such as 2024-05-17 (that would be 2).",
        "Take the month of the YYYY-MM-DD string; every three months starting in January make one quarter from 1 to 4.",
    ],
    py=[
        "return (int($date[5:7]) + 2) // 3",
        "$month = int($date.split('-')[1])\nreturn ($month - 1) // 3 + 1",
    ],
    ts=[
        "return Math.ceil(Number($date.slice(5, 7)) / 3);",
        "const $month = Number($date.split('-')[1]);\nreturn Math.floor(($month - 1) / 3) + 1;",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-03-31",), ("2024-04-01",), ("2023-12-31",), ("2025-01-01",)],
)

family(
    "dates_times/day_of_year",
    names="day_of_year ordinal_day year_day day_number",
    args={"date": ("str", "date day iso when")},
    returns="int",
    locals={"parsed": "parsed value current", "start": "start first new_year"},
    wordings=[
        "Return the day of the year of the ISO date $date, 1 for 1 January and up to 366.",
        "Count which day of its year $date (YYYY-MM-DD) is, starting from 1.",
        "ordinal day (1-366) of $date, YYYY-MM-DD",
        "What number does the ISO date $date have in its year if 1 January counts as day 1?",
        "Takes a YYYY-MM-DD date and gives back its number within the year; 31 December is 365 or 366.",
        "I need the running day number: 2024-02-01 is 32 and 2024-03-01 is 61, leap day included.",
        "Subtract 1 January of the same year from the YYYY-MM-DD date, in days, and add one.",
    ],
    py=[
        "return datetime.date.fromisoformat($date).timetuple().tm_yday",
        "$parsed = datetime.date.fromisoformat($date)\nreturn ($parsed - datetime.date($parsed.year, 1, 1)).days + 1",
    ],
    ts=[
        "const $start = Date.parse(`${$date.slice(0, 4)}-01-01`);\n"
        "return (Date.parse($date) - $start) / 86400000 + 1;",
        "const $parsed = new Date($date);\nconst $start = Date.UTC($parsed.getUTCFullYear(), 0, 1);\n"
        "return ($parsed.getTime() - $start) / 86400000 + 1;",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-01-01",), ("2024-12-31",), ("2023-12-31",), ("2024-03-01",)],
    py_imports=["import datetime"],
)

family(
    "dates_times/days_between",
    names="days_between date_diff days_from_to count_days",
    args={"start": ("str", "start begin first from_date"), "end": ("str", "end finish second to_date")},
    returns="int",
    locals={"a": "a d1 left", "b": "b d2 right"},
    wordings=[
        "Return the number of days from $start to $end (ISO dates); it is negative if $end is earlier.",
        "Count the days you must add to $start to reach $end, both YYYY-MM-DD. Going back in time is negative.",
        "$end minus $start in days, iso dates, signed",
        "How many days lie between the ISO dates $start and $end, 0 for the same date, below 0 in reverse order?",
        "Takes two YYYY-MM-DD dates and gives back the signed day difference, second minus first.",
        "I need the day count between two ISO dates: 2024-02-28 to 2024-03-01 is 2, and the reverse is -2.",
        "Parse both YYYY-MM-DD strings as calendar dates, subtract $start from $end and return whole days.",
    ],
    py=[
        "return (datetime.date.fromisoformat($end) - datetime.date.fromisoformat($start)).days",
        "$a = datetime.date.fromisoformat($start)\n$b = datetime.date.fromisoformat($end)\nreturn ($b - $a).days",
    ],
    ts=[
        "return (Date.parse($end) - Date.parse($start)) / 86400000;",
        "const $a = new Date($start);\nconst $b = new Date($end);\n"
        "return Math.round(($b.getTime() - $a.getTime()) / (24 * 60 * 60 * 1000));",
    ],
    inputs=lambda r: (r.date(2020, 2025), r.date(2020, 2025)),
    edges=[("2024-02-28", "2024-03-01"), ("2023-05-05", "2023-05-05"), ("2024-01-01", "2023-12-31")],
    py_imports=["import datetime"],
)

family(
    "dates_times/add_days",
    names="add_days shift_date move_date plus_days",
    args={"date": ("str", "date day iso start"), "days": ("int", "days n offset count")},
    returns="str",
    locals={"moved": "moved result shifted"},
    wordings=[
        "Return the ISO date that lies $days days after $date; negative values go back.",
        "Add $days days to $date (YYYY-MM-DD) and format the result the same way. $days may be below zero.",
        "$date + $days days, YYYY-MM-DD in and out, negative allowed",
        "Which date, as YYYY-MM-DD, comes $days days after the ISO date $date, or before it when $days is negative?",
        "Takes a YYYY-MM-DD date and a signed number of days; gives the shifted date in the same format.",
        "I need date arithmetic on ISO strings: 2024-02-28 plus 2 is 2024-03-01, minus values move backwards.",
        "Parse the YYYY-MM-DD string, move it by $days calendar days in either direction, write it as YYYY-MM-DD again.",
    ],
    py=[
        "return str(datetime.date.fromisoformat($date) + datetime.timedelta(days=$days))",
        "$moved = datetime.date.fromisoformat($date) + datetime.timedelta(days=$days)\nreturn $moved.isoformat()",
    ],
    ts=[
        "return new Date(Date.parse($date) + $days * 86400000).toISOString().slice(0, 10);",
        "const $moved = new Date($date);\n$moved.setUTCDate($moved.getUTCDate() + $days);\n"
        "return $moved.toISOString().slice(0, 10);",
    ],
    inputs=lambda r: (r.date(), r.int(-60, 90)),
    edges=[("2024-02-28", 2), ("2023-12-31", 1), ("2024-01-01", -1), ("2024-05-05", 0)],
    py_imports=["import datetime"],
)

family(
    "dates_times/latest_date",
    names="latest_date most_recent newest_date last_date",
    args={"dates": ("list[str]", "dates days history entries")},
    returns="str | None",
    locals={"best": "best latest newest", "date": "date day item"},
    wordings=[
        "Return the latest of the ISO dates in $dates, or null if there are none.",
        "Find the most recent date among $dates, all written YYYY-MM-DD; an empty list has no result.",
        "max of $dates (YYYY-MM-DD strings), nothing if empty",
        "Which of the ISO dates in $dates comes last in time? Nothing is returned for an empty list.",
        "Takes a list of YYYY-MM-DD strings and gives back the newest one, or no value for no dates.",
        "I need the most recent entry of a list of ISO dates, and nothing at all when the list is empty.",
        "Go through $dates and remember the greatest YYYY-MM-DD string seen; without any return nothing.",
    ],
    py=[
        "return max($dates, default=None)",
        "$best = None\nfor $date in $dates:\n    if $best is None or $date > $best:\n        $best = $date\nreturn $best",
    ],
    ts=[
        "return [...$dates].sort().at(-1) ?? null;",
        "let $best: string | null = null;\nfor (const $date of $dates) {\n  if ($best === null || $date > $best) {\n"
        "    $best = $date;\n  }\n}\nreturn $best;",
    ],
    inputs=lambda r: ([r.date() for _ in range(r.int(0, 5))],),
    edges=[([],), (["2024-01-02"],), (["2023-12-31", "2024-01-01", "2023-01-01"],)],
)

family(
    "dates_times/age",
    names="age age_in_years years_old full_years",
    args={"birth": ("str", "birth born birthday birth_date"), "today": ("str", "today now on_date current_date")},
    returns="int",
    locals={"years": "years result count"},
    wordings=[
        "Return the age in full years on $today of someone born on $birth; ISO dates, $birth is not later.",
        "Compute how old a person born on $birth is at $today. Both are YYYY-MM-DD and a birthday counts at once.",
        "completed years from $birth to $today, YYYY-MM-DD, birth comes first",
        "How many birthdays has someone born on $birth had by $today, that day included? ISO dates in order.",
        "Takes a birth date and a later date, both YYYY-MM-DD, and gives the age in whole years.",
        "I need an age from two ISO dates: the year only counts once month and day of the birthday are reached.",
        "Subtract the years, then take one off if month and day of $today are before those of $birth. ISO dates in order.",
    ],
    py=[
        "return int($today[:4]) - int($birth[:4]) - ($today[5:] < $birth[5:])",
        "$years = int($today[:4]) - int($birth[:4])\nif $today[5:] < $birth[5:]:\n    $years -= 1\nreturn $years",
    ],
    ts=[
        "const $years = Number($today.slice(0, 4)) - Number($birth.slice(0, 4));\n"
        "return $today.slice(5) < $birth.slice(5) ? $years - 1 : $years;",
        "let $years = parseInt($today, 10) - parseInt($birth, 10);\nif ($today.slice(5) < $birth.slice(5)) {\n"
        "  $years--;\n}\nreturn $years;",
    ],
    inputs=lambda r: (r.date(1950, 2010), r.date(2011, 2030)),
    edges=[("2000-05-10", "2024-05-10"), ("2000-05-10", "2024-05-09"), ("2020-01-01", "2020-06-01")],
)

family(
    "dates_times/month_name",
    names="month_name name_of_month get_month_name month_label",
    args={"month": ("int", "month m mon month_number")},
    returns="str",
    locals={"names": "names months labels", "first": "first start when"},
    wordings=[
        "Return the English name of month number $month (1 is January), or an empty string outside 1 to 12.",
        "Name the month with the number $month in English; give an empty string if there is no such month.",
        "1 -> January .. 12 -> December, '' for any other $month",
        "What is month number $month called in English? Anything not between 1 and 12 yields an empty string.",
        "Takes a number from one to twelve and gives back the full English month name, otherwise empty text.",
        "I need month numbers turned into full English names such as 'March' for 3; bad numbers give ''.",
        "If $month is below 1 or above 12 return '', otherwise the full name of that month in English.",
    ],
    py=[
        "return calendar.month_name[$month] if 1 <= $month <= 12 else ''",
        "if not 1 <= $month <= 12:\n    return ''\n"
        "$names = 'January February March April May June July August September October November December'\n"
        "return $names.split()[$month - 1]",
    ],
    ts=[
        "const $names =\n  'January February March April May June July August September October November December';\n"
        "return $names.split(' ')[$month - 1] ?? '';",
        "if ($month < 1 || $month > 12) return '';\n"
        "const $first = new Date(Date.UTC(2000, $month - 1));\n"
        "return $first.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' });",
    ],
    inputs=lambda r: (r.int(-1, 14),),
    edges=[(1,), (12,), (0,), (13,)],
    py_imports=["import calendar"],
)

family(
    "dates_times/next_month",
    names="next_month following_month month_after advance_month",
    args={"month": ("str", "month text period ym")},
    returns="str",
    locals={"year": "year y yr", "num": "num m index"},
    wordings=[
        "Return the month after $month, both written YYYY-MM. December is followed by January of the next year.",
        "Advance $month (YYYY-MM) by one month, moving on to the next year after December.",
        "$month + 1 as YYYY-MM, 12 rolls over into the new year",
        "Which month follows $month, if months look like 2024-07? After 2024-12 comes 2025-01.",
        "Takes a month in the form YYYY-MM and gives back the one that follows, zero-padded in the same form.",
        "I page through months named like 2023-09 and need the next one; 2023-12 leads to 2024-01.",
        "Split the YYYY-MM text, increase the month, wrap 13 to 1 with a higher year, and format it as before.",
    ],
    py=[
        "$year, $num = map(int, $month.split('-'))\n"
        "return f'{$year + 1}-01' if $num == 12 else f'{$year}-{$num + 1:02d}'",
        "$year, $num = int($month[:4]), int($month[5:]) + 1\nif $num > 12:\n    $year, $num = $year + 1, 1\n"
        "return f'{$year}-{$num:02d}'",
    ],
    ts=[
        "const [$year, $num] = $month.split('-').map(Number);\n"
        "return $num === 12 ? `${$year + 1}-01` : `${$year}-${String($num + 1).padStart(2, '0')}`;",
        "const [$year, $num] = $month.split('-').map(Number);\n"
        "return new Date(Date.UTC($year, $num)).toISOString().slice(0, 7);",
    ],
    inputs=lambda r: (f"{r.int(1990, 2035)}-{r.choice([12, r.int(1, 12), r.int(1, 12)]):02d}",),
    edges=[("2024-12",), ("2024-01",), ("1999-09",)],
)

family(
    "dates_times/last_day_of_month",
    names="last_day_of_month month_end end_of_month month_last_date",
    args={"date": ("str", "date day iso when")},
    returns="str",
    locals={"year": "year y yr", "month": "month m mon", "last": "last total days"},
    wordings=[
        "Return the last day of the month that contains the ISO date $date, again as an ISO date.",
        "Move $date (YYYY-MM-DD) to the final day of its month, minding leap years.",
        "month end of $date, YYYY-MM-DD in and out",
        "On which date, as YYYY-MM-DD, does the month of the ISO date $date end?",
        "Takes a YYYY-MM-DD date and gives back the last date of the same month in the same format.",
        "I need the end of the month for an ISO date: 2024-02-10 gives 2024-02-29, and 2023-02-10 gives 2023-02-28.",
        "Keep year and month of the YYYY-MM-DD string and replace the day by the number of days in that month.",
    ],
    py=[
        "$year, $month = int($date[:4]), int($date[5:7])\n"
        "return f'{$date[:8]}{calendar.monthrange($year, $month)[1]}'",
        "$last = calendar.monthrange(int($date[:4]), int($date[5:7]))[1]\nreturn $date[:8] + str($last)",
    ],
    ts=[
        "const [$year, $month] = $date.split('-').map(Number);\n"
        "return new Date(Date.UTC($year, $month, 0)).toISOString().slice(0, 10);",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-02-10",), ("2023-02-10",), ("2024-12-31",), ("2024-04-01",)],
    py_imports=["import calendar"],
)

family(
    "dates_times/reformat_date",
    names="to_european_date reformat_date day_first_date format_date",
    args={"date": ("str", "date iso text when")},
    returns="str",
    locals={"year": "year y", "month": "month m", "day": "day d"},
    wordings=[
        "Return the ISO date $date (YYYY-MM-DD) in the form DD.MM.YYYY.",
        "Rewrite $date from YYYY-MM-DD to DD.MM.YYYY, keeping leading zeros.",
        "$date from YYYY-MM-DD to DD.MM.YYYY",
        "How is the ISO date $date written with the day first and dots in between (DD.MM.YYYY)?",
        "Takes a date such as 2024-03-09 and gives back 09.03.2024.",
        "I need ISO dates shown the day-first way with dots, like 31.12.2023 for 2023-12-31.",
        "Split $date at its hyphens, reverse the three parts and join them with dots.",
    ],
    py=[
        "return '.'.join(reversed($date.split('-')))",
        "$year, $month, $day = $date.split('-')\nreturn f'{$day}.{$month}.{$year}'",
    ],
    ts=[
        "return $date.split('-').reverse().join('.');",
        "const [$year, $month, $day] = $date.split('-');\nreturn `${$day}.${$month}.${$year}`;",
    ],
    inputs=lambda r: (r.date(),),
    edges=[("2024-03-09",), ("2023-12-31",)],
)

family(
    "dates_times/format_duration",
    names="format_duration minutes_and_seconds duration_text show_duration",
    args={"seconds": ("int", "seconds secs total duration")},
    returns="str",
    locals={"minutes": "minutes mins m", "rest": "rest left s"},
    wordings=[
        "Return non-negative $seconds as minutes and two-digit seconds, such as '1:05'. Minutes may exceed 59.",
        "Format $seconds (0 or more) as M:SS; minutes are not padded and there are no hours.",
        "$seconds >= 0 to m:ss, e.g. 65 to 1:05 and 3600 to 60:00",
        "How does a song length of $seconds seconds, never negative, look as minutes:seconds with padded seconds?",
        "Takes a non-negative number of seconds and gives text of whole minutes, a colon and two digits of seconds.",
        "I need a track time like 3:07 or 0:00 or 75:30 from a count of seconds; no negatives.",
        "Divide $seconds by 60; write the quotient, a colon, and the remainder with two digits. It is not negative.",
    ],
    py=[
        "return f'{$seconds // 60}:{$seconds % 60:02d}'",
        "$minutes, $rest = divmod($seconds, 60)\nreturn f'{$minutes}:{$rest:02d}'",
    ],
    ts=[
        "return `${Math.floor($seconds / 60)}:${String($seconds % 60).padStart(2, '0')}`;",
        "const $minutes = Math.floor($seconds / 60);\nconst $rest = $seconds % 60;\n"
        "return `${$minutes}:${$rest < 10 ? '0' : ''}${$rest}`;",
    ],
    inputs=lambda r: (r.int(0, r.choice([70, 600, 5000])),),
    edges=[(0,), (65,), (59,), (3600,)],
)

family(
    "dates_times/hours_minutes_seconds",
    names="split_seconds to_hms seconds_to_hms hours_minutes_seconds",
    args={"seconds": ("int", "seconds secs total duration")},
    returns="tuple[int, int, int]",
    locals={"hours": "hours h hrs", "minutes": "minutes mins m", "rest": "rest left s"},
    wordings=[
        "Return non-negative $seconds split into hours, minutes and seconds, as three integers.",
        "Break $seconds (at least 0) down into whole hours, minutes below 60 and seconds below 60.",
        "$seconds >= 0 to (hours, minutes, seconds)",
        "How many hours, minutes and remaining seconds, in this order, are $seconds seconds? Never negative.",
        "Takes a non-negative count of seconds and gives back hours, minutes 0-59 and seconds 0-59 together.",
        "I need seconds as a triple: 3661 becomes 1, 1, 1. Hours can grow beyond 24, and nothing is negative.",
        "Divide non-negative $seconds by 3600 for the hours, the remainder by 60 for the minutes; the rest is seconds.",
    ],
    py=[
        "$minutes, $rest = divmod($seconds, 60)\n$hours, $minutes = divmod($minutes, 60)\nreturn ($hours, $minutes, $rest)",
        "return ($seconds // 3600, $seconds // 60 % 60, $seconds % 60)",
    ],
    ts=[
        "return [Math.floor($seconds / 3600), Math.floor($seconds / 60) % 60, $seconds % 60];",
        "const $hours = Math.floor($seconds / 3600);\nconst $minutes = Math.floor(($seconds % 3600) / 60);\n"
        "return [$hours, $minutes, $seconds % 60];",
    ],
    inputs=lambda r: (r.int(0, r.choice([100, 8000, 200000])),),
    edges=[(0,), (3661,), (59,), (86400,)],
)

family(
    "dates_times/short_duration",
    names="short_duration human_minutes duration_label describe_minutes",
    args={"minutes": ("int", "minutes mins total duration")},
    returns="str",
    locals={"hours": "hours h hrs", "rest": "rest left m"},
    wordings=[
        "Return non-negative $minutes as text such as '2h 5m', leaving out a part that is zero; zero is '0m'.",
        "Describe $minutes (at least 0) like '1h 30m', '45m' or '2h'; nothing at all is '0m'.",
        "$minutes to 'Xh Ym', only 'Ym' under an hour, only 'Xh' for full hours, '0m' for 0",
        "How would you label $minutes minutes, not negative, in hours and minutes like '3h 20m', skipping zero parts except '0m'?",
        "Takes a non-negative number of minutes and gives a compact label: hours with h, minutes with m, zero parts dropped, 0 as '0m'.",
        "I need readable durations: 125 is '2h 5m', 60 is '1h', 59 is '59m' and 0 is '0m'. No negatives.",
        "Split $minutes by 60; under an hour write only minutes, with no remainder only hours, else both with a space between.",
    ],
    py=[
        "$hours, $rest = divmod($minutes, 60)\nif $hours == 0:\n    return f'{$rest}m'\n"
        "return f'{$hours}h {$rest}m' if $rest else f'{$hours}h'",
    ],
    ts=[
        "const $hours = Math.floor($minutes / 60);\nconst $rest = $minutes % 60;\nif ($hours === 0) return `${$rest}m`;\n"
        "return $rest === 0 ? `${$hours}h` : `${$hours}h ${$rest}m`;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 70), r.int(0, 600), r.int(1, 8) * 60]),),
    edges=[(0,), (60,), (59,), (125,)],
)

family(
    "dates_times/parse_duration",
    names="parse_duration duration_seconds to_seconds total_seconds",
    args={"text": ("str", "text duration length_text time")},
    returns="int",
    locals={"total": "total seconds result", "part": "part piece p", "i": "i k power"},
    wordings=[
        "Return the number of seconds in $text, written as SS, M:SS or H:MM:SS.",
        "Convert a duration of one to three numbers separated by colons, seconds last, to seconds.",
        "s, m:s or h:m:s in $text to total seconds",
        "How many seconds is $text, which holds seconds, minutes:seconds or hours:minutes:seconds?",
        "Takes a colon-separated duration like 1:02:03 (hours, minutes, seconds; leading parts optional) and gives total seconds.",
        "I need 45, 3:20 or 1:00:00 understood as seconds, minutes:seconds and hours:minutes:seconds, all turned into seconds.",
        "Start at zero; for each part of $text between colons, multiply by 60 and add the part, getting seconds.",
    ],
    py=[
        "$total = 0\nfor $part in $text.split(':'):\n    $total = $total * 60 + int($part)\nreturn $total",
        "return sum(int($part) * 60**$i for $i, $part in enumerate(reversed($text.split(':'))))",
    ],
    ts=[
        "return $text.split(':').reduce(($total, $part) => $total * 60 + Number($part), 0);",
        "let $total = 0;\nfor (const $part of $text.split(':')) {\n  $total = $total * 60 + Number($part);\n}\nreturn $total;",
    ],
    inputs=lambda r: (
        r.choice(
            [
                f"{r.int(0, 59)}",
                f"{r.int(0, 59)}:{r.int(0, 59):02d}",
                f"{r.int(0, 12)}:{r.int(0, 59):02d}:{r.int(0, 59):02d}",
            ]
        ),
    ),
    edges=[("0",), ("3:20",), ("1:00:00",), ("00:09",)],
)

family(
    "dates_times/clock_to_minutes",
    names="minutes_since_midnight clock_to_minutes time_to_minutes minute_of_day",
    args={"time": ("str", "time clock hhmm text")},
    returns="int",
    locals={"hours": "hours h hrs", "minutes": "minutes m mins"},
    wordings=[
        "Return the minutes since midnight for $time, a 24-hour clock time HH:MM.",
        "Convert the clock time $time (HH:MM) to the number of minutes that have passed since 00:00.",
        "HH:MM in $time to minute of the day, 0 to 1439",
        "How many minutes after midnight is it at $time, given as HH:MM on the 24-hour clock?",
        "Takes a time such as 01:30 and gives back how many minutes into the day that is, here 90.",
        "I store times as HH:MM but want a plain number of minutes from the start of the day.",
        "Split $time at the colon, multiply the hours by 60 and add the minutes.",
    ],
    py=[
        "$hours, $minutes = map(int, $time.split(':'))\nreturn $hours * 60 + $minutes",
        "return int($time[:2]) * 60 + int($time[3:])",
    ],
    ts=[
        "const [$hours, $minutes] = $time.split(':').map(Number);\nreturn $hours * 60 + $minutes;",
        "return Number($time.slice(0, 2)) * 60 + Number($time.slice(3));",
    ],
    inputs=lambda r: (clock(r),),
    edges=[("00:00",), ("01:30",), ("23:59",)],
)

family(
    "dates_times/minutes_to_clock",
    names="minutes_to_clock clock_time format_minutes minutes_to_time",
    args={"minutes": ("int", "minutes mins total offset")},
    returns="str",
    locals={"hours": "hours h hrs", "rest": "rest m left"},
    wordings=[
        "Return the clock time HH:MM that is $minutes minutes after midnight; days beyond the first are dropped.",
        "Format $minutes (0 or more) since midnight as a 24-hour time HH:MM, starting over after a full day.",
        "minute count $minutes >= 0 to HH:MM, modulo 24 hours",
        "What does a 24-hour clock show $minutes minutes after midnight (never negative), with two digits each?",
        "Takes a non-negative number of minutes from midnight and gives the zero-padded time of day, wrapping at 24:00.",
        "I need 75 turned into 01:15 and 0 into 00:00; 1440 starts the day again at 00:00. Nothing is negative.",
        "Divide $minutes by 60, reduce the hours modulo 24, and join both numbers, two digits each, with a colon.",
    ],
    py=[
        "return f'{$minutes // 60 % 24:02d}:{$minutes % 60:02d}'",
        "$hours, $rest = divmod($minutes % 1440, 60)\nreturn f'{$hours:02d}:{$rest:02d}'",
    ],
    ts=[
        "const $hours = Math.floor($minutes / 60) % 24;\nconst $rest = $minutes % 60;\n"
        "return `${String($hours).padStart(2, '0')}:${String($rest).padStart(2, '0')}`;",
        "return [Math.floor($minutes / 60) % 24, $minutes % 60]\n  .map(($rest) => String($rest).padStart(2, '0'))\n"
        "  .join(':');",
    ],
    inputs=lambda r: (r.int(0, r.choice([200, 1439, 4000])),),
    edges=[(0,), (75,), (1439,), (1440,)],
)

family(
    "dates_times/minutes_between",
    names="minutes_between clock_difference elapsed_minutes time_span",
    args={"start": ("str", "start begin opened from_time"), "end": ("str", "end finish closed to_time")},
    returns="int",
    locals={"a": "a first left", "b": "b second right", "time": "time clock t"},
    wordings=[
        "Return the minutes from $start to $end (HH:MM); an end before the start belongs to the next day.",
        "Count the minutes from the clock time $start until $end, passing midnight if $end is earlier. Same times give 0.",
        "minutes $start -> $end, both HH:MM, wraps past midnight",
        "How many minutes pass from $start to the next $end on a 24-hour HH:MM clock, 0 if equal?",
        "Takes two HH:MM times and gives the forward distance in minutes, running over midnight where needed.",
        "I need shift lengths in minutes: 22:00 to 06:00 is 480, 09:00 to 17:30 is 510, equal times are 0.",
        "Convert both HH:MM times to minutes of the day, subtract $start from $end and take that modulo 1440.",
    ],
    py=[
        "$a = int($start[:2]) * 60 + int($start[3:])\n$b = int($end[:2]) * 60 + int($end[3:])\nreturn ($b - $a) % 1440",
        "$a, $b = [int($time[:2]) * 60 + int($time[3:]) for $time in ($start, $end)]\n"
        "return $b - $a if $b >= $a else $b - $a + 1440",
    ],
    ts=[
        "const [$a, $b] = [$start, $end].map(\n"
        "  ($time) => Number($time.slice(0, 2)) * 60 + Number($time.slice(3)),\n);\n"
        "return ($b - $a + 1440) % 1440;",
        "const $a = Number($start.slice(0, 2)) * 60 + Number($start.slice(3));\n"
        "const $b = Number($end.slice(0, 2)) * 60 + Number($end.slice(3));\nreturn $b >= $a ? $b - $a : $b - $a + 1440;",
    ],
    inputs=lambda r: (clock(r), clock(r)),
    edges=[("22:00", "06:00"), ("09:00", "17:30"), ("12:00", "12:00"), ("00:01", "00:00")],
)

family(
    "dates_times/add_minutes",
    names="add_minutes shift_time move_clock time_plus",
    args={"time": ("str", "time clock hhmm start"), "minutes": ("int", "minutes mins delta offset")},
    returns="str",
    locals={"total": "total moment result"},
    wordings=[
        "Return the clock time HH:MM that is $minutes minutes after $time, wrapping at midnight; negative moves back.",
        "Add $minutes minutes (possibly negative) to the 24-hour time $time, HH:MM, staying within one day.",
        "$time + $minutes min on a 24h clock, HH:MM in and out, wraps both ways",
        "What time, HH:MM, is it $minutes minutes after $time, or before it if $minutes is below 0? Ignore the date.",
        "Takes a HH:MM time and a signed number of minutes and gives the resulting time of day, modulo 24 hours.",
        "I need clock arithmetic: 23:50 plus 20 is 00:10, and 00:05 minus 10 is 23:55, always two digits each.",
        "Turn $time into minutes of the day, add $minutes, wrap to 0..1439 and format as HH:MM again.",
    ],
    py=[
        "$total = (int($time[:2]) * 60 + int($time[3:]) + $minutes) % 1440\n"
        "return f'{$total // 60:02d}:{$total % 60:02d}'",
    ],
    ts=[
        "let $total = Number($time.slice(0, 2)) * 60 + Number($time.slice(3)) + $minutes;\n"
        "$total = (($total % 1440) + 1440) % 1440;\n"
        "return [Math.floor($total / 60), $total % 60].map((n) => String(n).padStart(2, '0')).join(':');",
    ],
    inputs=lambda r: (clock(r), r.choice([r.int(-90, 90), r.int(-2000, 2000)])),
    edges=[("23:50", 20), ("00:05", -10), ("12:00", 0), ("08:15", 1440)],
)

family(
    "dates_times/to_12_hour",
    names="to_12_hour twelve_hour_clock am_pm format_am_pm",
    args={"time": ("str", "time clock hhmm text")},
    returns="str",
    locals={"hours": "hours h hrs", "suffix": "suffix half period"},
    wordings=[
        "Return the 24-hour time $time (HH:MM) on the 12-hour clock, such as '1:05 PM'; midnight is '12:00 AM'.",
        "Convert $time from HH:MM to 12-hour form: unpadded hour from 1 to 12, minutes, a space, AM or PM.",
        "HH:MM to h:MM AM/PM, 00 and 12 both show 12, no leading zero on the hour",
        "How is the 24-hour time $time (HH:MM) written with AM or PM, like '9:30 AM' or '12:15 PM'?",
        "Takes HH:MM and gives the same time for a 12-hour clock, e.g. '12:30 AM' for 00:30 and '11:45 PM' for 23:45.",
        "I need an American-style time: 13:05 becomes '1:05 PM', 00:05 becomes '12:05 AM', no zero before the hour.",
        "Reduce the hour of $time (HH:MM) modulo 12 with 0 shown as 12, keep the minutes, append ' AM' or ' PM'.",
    ],
    py=[
        "$hours = int($time[:2])\nreturn f'{$hours % 12 or 12}{$time[2:]} ' + ('AM' if $hours < 12 else 'PM')",
        "$hours = int($time[:2])\n$suffix = 'AM' if $hours < 12 else 'PM'\n"
        "return f'{($hours + 11) % 12 + 1}:{$time[3:]} {$suffix}'",
    ],
    ts=[
        "const $hours = Number($time.slice(0, 2));\nconst $suffix = $hours < 12 ? 'AM' : 'PM';\n"
        "return `${$hours % 12 || 12}:${$time.slice(3)} ${$suffix}`;",
    ],
    inputs=lambda r: (clock(r),),
    edges=[("00:30",), ("12:00",), ("13:05",), ("11:59",)],
)

family(
    "dates_times/to_24_hour",
    names="to_24_hour from_am_pm military_time parse_am_pm",
    args={"time": ("str", "time clock text shown")},
    returns="str",
    locals={"digits": "digits numbers figures", "value": "value hour result", "suffix": "suffix half period", "hours": "hours h hrs", "minutes": "minutes mins m"},
    wordings=[
        "Return the 12-hour time $time, like '1:05 PM', as a 24-hour time HH:MM.",
        "Convert $time, written H:MM AM or H:MM PM, to zero-padded 24-hour HH:MM. 12 AM is hour 00.",
        "h:MM AM/PM in $time to HH:MM, 12:xx AM is 00:xx and 12:xx PM stays 12:xx",
        "What does a 24-hour clock (HH:MM) show at $time, given as '9:30 AM' or '12:15 PM'?",
        "Takes a time with a trailing AM or PM, such as '11:45 PM', and gives it as HH:MM, here 23:45.",
        "I need AM/PM times normalised: '1:05 PM' to 13:05, '12:30 AM' to 00:30, '12:30 PM' to 12:30.",
        "Take the hour of $time (H:MM AM or PM) modulo 12, add 12 for PM, pad to two digits, keep the minutes.",
    ],
    py=[
        "$digits, $suffix = $time.split(' ')\n$hours, $minutes = $digits.split(':')\n"
        "$hours = int($hours) % 12\nif $suffix == 'PM':\n    $hours += 12\nreturn f'{$hours:02d}:{$minutes}'",
    ],
    ts=[
        "const [$digits, $suffix] = $time.split(' ');\nconst [$hours, $minutes] = $digits.split(':');\n"
        "const $value = (Number($hours) % 12) + ($suffix === 'PM' ? 12 : 0);\n"
        "return `${String($value).padStart(2, '0')}:${$minutes}`;",
    ],
    inputs=lambda r: (f"{r.choice([12, r.int(1, 12), r.int(1, 12)])}:{r.int(0, 59):02d} {r.choice(['AM', 'PM'])}",),
    edges=[("12:30 AM",), ("12:30 PM",), ("1:05 PM",), ("9:00 AM",)],
)

family(
    "dates_times/is_valid_time",
    names="is_valid_time valid_clock_time is_time check_time",
    args={"text": ("str", "text time value s")},
    returns="bool",
    locals={"hours": "hours h hrs", "minutes": "minutes m mins"},
    wordings=[
        "Return whether $text is a 24-hour time HH:MM, from 00:00 to 23:59, with exactly two ASCII digits each.",
        "Check that $text is a clock time: two digits up to 23, a colon, two digits up to 59, nothing else.",
        "true if $text matches HH:MM, 00:00 to 23:59, both parts two digits",
        "Is $text a well-formed time of day like 07:45, with hours below 24, minutes below 60 and both padded?",
        "Tells valid HH:MM times from other text; 24:00, 7:45 and an empty string are not valid.",
        "I need to validate times typed by people: exactly HH:MM on the 24-hour clock, otherwise false.",
        "Match the whole of $text against two-digit hours 00-23, a colon and two-digit minutes 00-59.",
    ],
    py=[
        "return re.fullmatch(r'([01][0-9]|2[0-3]):[0-5][0-9]', $text) is not None",
        "return bool(re.fullmatch('([01][0-9]|2[0-3]):[0-5][0-9]', $text))",
        "if not re.fullmatch('[0-9]{2}:[0-9]{2}', $text):\n    return False\n$hours, $minutes = $text.split(':')\n"
        "return int($hours) < 24 and int($minutes) < 60",
    ],
    ts=[
        "return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test($text);",
        "if (!/^[0-9]{2}:[0-9]{2}$/.test($text)) return false;\nconst [$hours, $minutes] = $text.split(':').map(Number);\n"
        "return $hours < 24 && $minutes < 60;",
    ],
    inputs=lambda r: (
        r.choice([clock(r), clock(r), f"{r.int(20, 29)}:{r.int(40, 69)}", f"{r.int(0, 9)}:{r.int(10, 59)}", r.word()]),
    ),
    edges=[("",), ("24:00",), ("23:59",), ("7:45",)],
    py_imports=["import re"],
)

family(
    "dates_times/is_open",
    names="is_open within_hours open_at in_opening_hours",
    args={
        "time": ("str", "time clock now moment"),
        "opens": ("str", "opens start from_time opening"),
        "closes": ("str", "closes end until closing"),
    },
    returns="bool",
    locals={"overnight": "overnight wraps past_midnight"},
    wordings=[
        "Return whether $time lies in the opening hours from $opens (included) to $closes (excluded). Hours may pass midnight.",
        "Check if a shop is open at $time; it opens at $opens and shuts at $closes, maybe after midnight. All HH:MM.",
        "HH:MM $time in [$opens, $closes), overnight when $closes is not after $opens",
        "Is it open at $time? Opening counts, closing does not, and $closes at or before $opens means the next day.",
        "Takes three HH:MM times and tells if the first is in the span between the others, end excluded, overnight allowed.",
        "I need opening hours like 18:00 to 02:00 to work too: 23:00 and 01:59 are open, 02:00 is closed.",
        "If $opens is before $closes test $opens <= $time < $closes, otherwise $time >= $opens or $time < $closes.",
    ],
    py=[
        "if $opens < $closes:\n    return $opens <= $time < $closes\nreturn $time >= $opens or $time < $closes",
        "$overnight = $closes <= $opens\nif $overnight:\n    return $time >= $opens or $time < $closes\n"
        "return $opens <= $time < $closes",
    ],
    ts=[
        "if ($opens < $closes) {\n  return $opens <= $time && $time < $closes;\n}\nreturn $time >= $opens || $time < $closes;",
        "const $overnight = $closes <= $opens;\nif ($overnight) return $time >= $opens || $time < $closes;\n"
        "return $time >= $opens && $time < $closes;",
    ],
    inputs=lambda r: (clock(r), clock(r), clock(r)),
    edges=[("12:00", "09:00", "17:00"), ("17:00", "09:00", "17:00"), ("01:59", "18:00", "02:00"), ("02:00", "18:00", "02:00")],
)

family(
    "dates_times/leap_years_between",
    names="leap_years_between list_leap_years leap_years find_leap_years",
    args={"first": ("int", "first start from_year begin"), "last": ("int", "last end to_year stop")},
    returns="list[int]",
    locals={"year": "year y yr", "found": "found result leaps"},
    wordings=[
        "Return the Gregorian leap years from $first to $last, both included, in ascending order.",
        "List all leap years between $first and $last inclusive; the list is empty if $first is after $last.",
        "leap years in $first..$last, ends included, gregorian rule",
        "Which years from $first up to and including $last are leap years? Centuries only count if 400 divides them.",
        "Takes two years and gives back every leap year in that closed range, oldest first, possibly none.",
        "I need the leap years of a period: 1896 to 1908 has 1896, 1904 and 1908, since 1900 is none.",
        "Walk from $first to $last and keep years divisible by 4, skipping centuries that are not divisible by 400.",
    ],
    py=[
        "return [$year for $year in range($first, $last + 1) if calendar.isleap($year)]",
        "$found = []\nfor $year in range($first, $last + 1):\n"
        "    if $year % 4 == 0 and ($year % 100 != 0 or $year % 400 == 0):\n        $found.append($year)\nreturn $found",
    ],
    ts=[
        "const $found: number[] = [];\nfor (let $year = $first; $year <= $last; $year++) {\n"
        "  if ($year % 4 === 0 && ($year % 100 !== 0 || $year % 400 === 0)) {\n    $found.push($year);\n  }\n}\n"
        "return $found;",
    ],
    inputs=lambda r: ((y := r.int(1880, 2100)), y + r.int(-2, 20)),
    edges=[(1896, 1908), (2001, 2003), (2000, 2000), (2020, 2010)],
    py_imports=["import calendar"],
)

family(
    "dates_times/greeting",
    names="greeting greeting_for_hour greet_by_hour day_greeting",
    args={"hour": ("int", "hour h hrs clock_hour")},
    returns="str",
    wordings=[
        "Return 'Good morning' for $hour 5 to 11, 'Good afternoon' for 12 to 17, 'Good evening' otherwise.",
        "Pick the greeting for $hour (0 to 23): 'Good morning' from 5, 'Good afternoon' from 12, 'Good evening' from 18 until 5.",
        "'Good morning' 5 <= $hour < 12, 'Good afternoon' 12 <= $hour < 18, else 'Good evening'",
        "How do you greet at $hour? 'Good morning' at 5-11, 'Good afternoon' at 12-17, 'Good evening' at any other hour.",
        "Takes an hour of the day and gives 'Good morning' (5-11), 'Good afternoon' (12-17) or 'Good evening' (the rest).",
        "I need a greeting by the clock: before noon but not before 5 'Good morning', before 18 'Good afternoon', else 'Good evening'.",
        "If $hour is in 5-11 say 'Good morning', if in 12-17 say 'Good afternoon', in all other cases 'Good evening'.",
    ],
    py=[
        "if 5 <= $hour < 12:\n    return 'Good morning'\nif 12 <= $hour < 18:\n    return 'Good afternoon'\n"
        "return 'Good evening'",
    ],
    ts=[
        "if ($hour >= 5 && $hour < 12) return 'Good morning';\nif ($hour >= 12 && $hour < 18) return 'Good afternoon';\n"
        "return 'Good evening';",
    ],
    inputs=lambda r: (r.int(0, 23),),
    edges=[(5,), (12,), (18,), (4,)],
)

family(
    "dates_times/workdays",
    names="count_workdays workdays_between business_days weekdays_in_range",
    args={"start": ("str", "start begin first from_date"), "days": ("int", "days n length span")},
    returns="int",
    locals={"weekday": "weekday wd dow", "i": "i k offset", "total": "total count result"},
    wordings=[
        "Return how many of the $days days beginning with the ISO date $start are Monday to Friday.",
        "Count the working days (Monday to Friday) among $days consecutive days from $start on, $start included.",
        "mon-fri days in the $days days starting at $start (YYYY-MM-DD), 0 for none",
        "How many days of a period that starts on $start and lasts $days days are not on a weekend? Zero days give 0.",
        "Takes an ISO start date and a length in days, at least 0; gives the number of Mondays to Fridays within.",
        "I need the weekdays in a stretch of days: 7 days always hold 5, the first day counts, holidays don't matter.",
        "Find the weekday of the YYYY-MM-DD date, step through $days days from it and count all but Saturdays and Sundays.",
    ],
    py=[
        "$weekday = datetime.date.fromisoformat($start).weekday()\n"
        "return sum(($weekday + $i) % 7 < 5 for $i in range($days))",
    ],
    ts=[
        "const $weekday = new Date($start).getUTCDay() + 6;\n"
        "let $total = 0;\nfor (let $i = 0; $i < $days; $i++) {\n  if (($weekday + $i) % 7 < 5) $total++;\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.date(), r.int(0, 30)),
    edges=[("2024-01-01", 7), ("2024-01-06", 2), ("2024-01-05", 1), ("2024-01-01", 0)],
    py_imports=["import datetime"],
)
