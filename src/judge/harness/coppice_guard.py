"""What tests are made of, as it was before a candidate was loaded.

A candidate that changes it for all tests fails the control; one that changes it for the project's tests alone is found here. It
shares the process, so this is no proof: it ends what is done in passing, not who is out to undo the traces.
"""
import builtins
import sys

# What projects replace for good reasons.
LEFT = {'open', 'print', 'input', '_', '__import__', 'help', 'exit', 'quit', 'breakpoint'}
trace, profile = sys.gettrace, sys.getprofile
modules = sys.modules


def parts(names):
    """Functions and classes of modules, and what is in those classes, each with where it is found."""
    found = [(builtins, name) for name in vars(builtins) if name not in LEFT]
    for module in [modules[name] for name in names if name in modules]:
        for name, value in list(vars(module).items()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                found += [(value, key) for key, part in list(vars(value).items()) if callable(getattr(part, '__func__', part))]
            if callable(value):
                found.append((module, name))
    return [(place, name, vars(place)[name], getattr(vars(place)[name], '__code__', None)) for place, name in found]


class Guard:
    def __init__(self, *names):
        self.parts = parts(names)
        self.watched = trace(), profile()
        self.held = True

    def holds(self):
        """Once it does not, it never does again."""
        self.held = self.held and self.watched == (trace(), profile()) and all(
            vars(place).get(name) is part and getattr(part, '__code__', None) is code
            for place, name, part, code in self.parts
        )
        return self.held
