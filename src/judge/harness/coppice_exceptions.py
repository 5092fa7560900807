"""Exceptions as they cross: by the names of their classes, with what they hold (coppice_crossing.py)."""
import sys

from coppice_objects import Objects
from coppice_values import Uncrossable, is_encodable


def class_in(module, qualname):
    found = sys.modules.get(module)
    for part in qualname.split('.'):
        found = vars(found).get(part) if found is not None and hasattr(found, '__dict__') else None
    return found if isinstance(found, type) else None


class Exceptions(Objects):
    # What each side does in its own way.

    def error_class(self, names):
        raise NotImplementedError

    def keep(self, error):
        """A number for an exception that may come back; None where it may not."""

    def decode_object(self, tag, data, scope, depth):
        if tag == 'error':
            return self.decode_error(data, scope, depth + 1)
        return super().decode_object(tag, data, scope, depth)

    def encode_error(self, error, scope, depth=0):
        kind = type(error)
        original = vars(error).get('_coppice_original')
        if original is not None:
            return ['error', original]
        known = [base for base in kind.__mro__ if issubclass(base, BaseException) and base is not Uncrossable]
        names = [[base.__module__, base.__qualname__] for base in known]
        try:
            text = str(error)[:10_000]
            text = text if is_encodable(text) else ascii(text)
        except Exception:
            text = ''
        try:
            given = error.args
            if isinstance(error, OSError) and error.filename is not None and len(given) == 2:
                given = (*given, error.filename)
            args = [self.encode(each, scope, 'argument', depth + 1) for each in given]
            state = [[key, self.encode(each, scope, 'argument', depth + 1)] for key, each in vars(error).items() if key[:9] != '_coppice_']
            cause = error.__cause__
            caused = None if cause is None or depth > 3 else self.encode_error(cause, scope, depth + 1)
        except Uncrossable:
            self.doubt(f'a {kind.__name__} holds what does not cross')
            args, state, caused = [text], [], None
        return ['error', self.keep(error), names, args, state, text, caused]

    def decode_error(self, data, scope, depth=0):
        tag, original, *rest = data
        if tag != 'error':
            raise ValueError('no exception')
        if not rest:
            error = self.objects[original]
            if not isinstance(error, BaseException):
                raise ValueError('no exception')
            return error
        names, args, state, text, cause = rest
        args = [self.decode(each, scope, depth + 1) for each in args]
        state = {key: self.decode(each, scope, depth + 1) for key, each in state}
        kind = self.error_class(names)
        error = self.make_error(kind, args)
        for key, value in state.items():
            if type(key) is str and key[:2] != '__':
                error.__dict__[key] = value
        error.__dict__['_coppice_text'] = str(text)
        if original is not None:
            error.__dict__['_coppice_original'] = original
        if cause is not None and depth < 5:
            error.__cause__ = self.decode_error(cause, scope, depth + 1)
        return error

    def make_error(self, kind, args):
        if kind.__module__ == 'builtins':
            try:
                return kind(*args)
            except Exception:
                pass
        error = kind.__new__(kind, *args)
        error.args = tuple(args)
        return error
