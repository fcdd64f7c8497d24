"""Make a block that is meant to fail part of a program that goes on: the blocks after it still run."""

from __future__ import annotations

_UNSEEN = "<frozen block>"
"""Where a traceback places what is not the author's, so that it is cut as Python's own frozen modules are."""
_NAMES = "[(k.__module__ + '.').replace('builtins.', '') + k.__qualname__ for k in kind.__mro__]"
_OTHER = "(_ for _ in ()).throw(AssertionError({message!r}))"
_METHODS = "{{'__enter__': lambda _: None, '__exit__': lambda _, kind, *__: {expected!r} in {names} if kind else {other}}}"


def executes(code: str) -> str:
    """Return one line that executes code as the program's own; the code's line numbers are those it has as a text."""
    return f"exec(compile({code!r}, __file__, 'exec'), globals())"


def meant_to_fail(code: str, expected: str, *, always: bool) -> str:
    """Return one line that executes code, goes on after the expected error, and raises if that is ``always`` due and was not met.

    Nothing but the code's own names is left behind, and every other error passes through.
    """
    message = f"this block ended well, and it says that it shows {expected}"
    other = _OTHER.format(message=message) if always else None
    methods = _METHODS.format(expected=expected, names=_NAMES, other=other)
    manager = f"type('_', (), {methods})()"
    return f"with eval(compile({manager!r}, {_UNSEEN!r}, 'eval')): {executes(code)}"
