"""Makes inputs for a function of the project from its type hints, with Hypothesis: the same ones each time.

Only what Python can read back as a literal is told, as the call that it makes.
"""
import ast
import inspect
import os
import sys
import tempfile
import typing

import coppice_records
from coppice_modules import import_function
from coppice_records import record

ROOT, PATH, SYMBOL, COUNT = sys.argv[1:5]
LONGEST = 300
# Of those that are tried, some come twice, and some can't be written down.
TRIES = 10

if coppice_records.key is None:
    coppice_records.read_key()
function = import_function(ROOT, PATH, SYMBOL)
# It keeps what it knows of Unicode in a folder.
os.environ['HYPOTHESIS_STORAGE_DIRECTORY'] = tempfile.mkdtemp()
from hypothesis import HealthCheck, Phase, given, settings, strategies

# Large numbers make right candidates late, and texts are read by people.
strategies.register_type_strategy(int, strategies.integers(-1000, 1000))
strategies.register_type_strategy(float, strategies.floats(-1000, 1000).map(lambda number: round(number, 3)))
strategies.register_type_strategy(str, strategies.text(strategies.characters(min_codepoint=32, max_codepoint=126)))


def arguments_of(function):
    """A strategy for its arguments, those that may be left out too; None where a hint that is needed is missing."""
    hints = typing.get_type_hints(function, include_extras=True)
    made = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            break
        if parameter.name not in hints:
            if parameter.default is parameter.empty:
                return None
            break
        made.append(strategies.from_type(hints[parameter.name]))
    return strategies.tuples(*made) if made else None


def written(value):
    text = repr(value)
    return text if type(ast.literal_eval(text)) is type(value) and ast.literal_eval(text) == value else None


told = set()


def tell(arguments):
    if len(told) == int(COUNT):
        return
    try:
        texts = [written(value) for value in arguments]
    except Exception:
        # Its text is no literal.
        return
    call = None if None in texts else f'{SYMBOL}({", ".join(texts)})'
    if call is not None and len(call) <= LONGEST and call not in told:
        told.add(call)
        record(event='input', call=call)


made = arguments_of(function)
if made is not None:
    settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=int(COUNT) * TRIES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(made)(tell))()
record(event='end')
os._exit(0)
