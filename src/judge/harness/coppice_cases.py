"""What the runners of whole programs tell of them."""
import __future__

from coppice_records import record

# Of a compiled text, what counts for another that is run in its names.
FUTURE = 0
for name in __future__.all_feature_names:
    FUTURE |= getattr(__future__, name).compiler_flag


def described(error):
    try:
        return f'{type(error).__name__}: {error}'[:500]
    except BaseException:
        return 'an exception that can not be shown'


def case(name, status, **details):
    record(event='case', id=name, status=status, ms=0, **details)
