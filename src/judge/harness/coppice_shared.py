"""What tests do that is not the same once the candidate is in another process, told from their text.

It only explains failures, and so may be said too often but not too seldom: whatever is not known to be harmless counts.
"""
import ast
import builtins
import re
import sys

MOST_CHARACTERS = 2_000_000
HARMLESS = frozenset(
    '__future__ abc array base64 binascii bisect calendar cmath collections colorsys contextlib copy dataclasses datetime decimal '
    'difflib enum fractions functools hashlib heapq html io itertools json keyword math numbers operator pprint re statistics '
    'string struct textwrap typing typing_extensions unicodedata unittest uuid zlib pytest parameterized ddt'.split()
)
# Of modules that do more than this.
PARTS = {
    'os': frozenset(('path',)),
    'sys': frozenset(('path', 'maxsize', 'float_info')),
    'os.path': frozenset('join dirname abspath realpath normpath basename pardir'.split()),
}
NAMES = frozenset('open exec eval compile globals locals vars __import__ input id breakpoint'.split())
ASSERTIONS = frozenset(
    'assertWarns assertWarnsRegex assertLogs assertNoLogs warns deprecated_call assertIs assertIsNot importorskip'.split()
)
DUNDERS = frozenset('__name__ __file__ __doc__ __init__ __main__ __cause__ __version__ __all__'.split())
FIXTURES = frozenset(('self', 'cls', 'request', 'capsys', 'subtests'))
UNREADABLE = 'import what_can_not_be_read'
read = open


def sources(names):
    """The texts of loaded modules, by name."""
    found = {}
    for name in names:
        try:
            with read(sys.modules[name].__file__, encoding='utf-8') as file:
                found[name] = file.read(MOST_CHARACTERS)
        except (OSError, ValueError):
            found[name] = UNREADABLE
    return found


def parsed(text):
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return ast.parse(UNREADABLE)


def words(texts):
    return set(re.findall(r'\w+', ' '.join(texts.values())))


def shadowed(texts, names):
    """Those of the names that the tests take in all together and that mean something else to them."""
    trees = [parsed(text) for text in texts.values()]
    imports = [alias for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names]
    if not any(alias.name == '*' for alias in imports):
        return []
    usual = {(alias.asname or alias.name).partition('.')[0] for alias in imports} | set(dir(builtins))
    return sorted(usual & set(names))


def does_something(text):
    """Not so for a package that only names its parts."""
    def is_quiet(node):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_constant = isinstance(node, ast.Assign) and all(isinstance(each, ast.Name) and each.id[:2] == '__' for each in node.targets)
        return is_text or is_constant or isinstance(node, (ast.Import, ast.ImportFrom))

    return not all(is_quiet(node) for node in parsed(text).body)


def reasons(texts, candidate):
    known = {name.partition('.')[0] for name in (*texts, candidate)}
    fixtures = set(FIXTURES)
    found = set()
    trees = [parsed(text) for text in texts.values()]
    for tree in trees:
        fixtures |= fixtures_of(tree)
    for tree in trees:
        for node in ast.walk(tree):
            found |= set(reasons_of(node, known))
            if isinstance(node, ast.FunctionDef) and (node.name.startswith('test') or is_fixture(node)):
                required = node.args.args[: len(node.args.args) - len(node.args.defaults)]
                given = {each.arg for each in (*required, *node.args.kwonlyargs)}
                found |= {f'the fixture {name}' for name in given - fixtures - parameters_of(node)}
    return [f'the tests use {text}' for text in sorted(found)]


def reasons_of(node, known):
    if isinstance(node, ast.Import):
        for alias in node.names:
            if not is_harmless(alias.name, known) and (alias.name not in PARTS or alias.asname):
                yield alias.name
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        for alias in node.names:
            name = f'{node.module}.{alias.name}'
            if not is_harmless(node.module, known) or name == 'unittest.mock':
                if alias.name not in PARTS.get(node.module, ()) or name == 'sys.path':
                    yield name
    elif isinstance(node, ast.Attribute):
        place = dotted(node.value)
        if place in PARTS and node.attr not in PARTS[place]:
            yield f'{place}.{node.attr}'
        if node.attr in ASSERTIONS or (node.attr[:2] == '__' and node.attr not in DUNDERS):
            yield node.attr
    elif isinstance(node, ast.Name) and node.id in NAMES and hasattr(builtins, node.id):
        yield node.id
    elif isinstance(node, ast.Compare) and any(isinstance(each, (ast.Is, ast.IsNot)) for each in node.ops):
        if not any(isinstance(each, ast.Constant) for each in (node.left, *node.comparators)):
            yield 'is'
    elif isinstance(node, ast.AsyncFunctionDef):
        yield 'asynchronous functions'


def is_harmless(name, known):
    return name != 'unittest.mock' and name.partition('.')[0] in HARMLESS | known


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    return f'{dotted(node.value)}.{node.attr}' if isinstance(node, ast.Attribute) else ''


def is_fixture(function):
    return any('fixture' in ast.dump(each) for each in function.decorator_list)


def fixtures_of(tree):
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and is_fixture(node)}


def parameters_of(function):
    """The names that `parametrize` gives."""
    constants = [each.value for decorator in function.decorator_list for each in ast.walk(decorator) if isinstance(each, ast.Constant)]
    return {name for text in constants if isinstance(text, str) for name in re.split(r'[\s,]+', text)}
