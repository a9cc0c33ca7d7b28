"""Scripts of BPMN models: chooses the language and compiles.

Each language has its own file; this one is responsible for their names.
"""

from __future__ import annotations

from functools import lru_cache

from shoal.expressions.errors import ScriptLanguageDisabledError, ScriptLanguageUnsupportedError
from shoal.expressions.scripts.dynamic import DynamicScript, is_dynamic
from shoal.expressions.scripts.javascript import MEMORY_LIMIT_BYTES, TIME_LIMIT_SECONDS, JavaScript
from shoal.expressions.scripts.juel import JuelScript
from shoal.expressions.scripts.python import PythonScript
from shoal.expressions.scripts.script import Script, ScriptContext

_JAVASCRIPT = frozenset({"javascript", "js", "ecmascript", "nashorn", "graal.js"})
_PYTHON = frozenset({"python", "jython"})
_CACHED_SCRIPTS = 4096


def compile_script(
    language: str,
    source: str,
    *,
    python_enabled: bool = False,
    time_limit: float = TIME_LIMIT_SECONDS,
    memory_limit: int = MEMORY_LIMIT_BYTES,
) -> Script:
    """Compile `source`; names of languages are not case-sensitive. The limits are those of one run of JavaScript.

    JavaScript may be told by an expression such as ``${source}``; Python, which is not isolated, may not.
    Raises ScriptLanguageUnsupportedError, ScriptLanguageDisabledError for Python that is not
    `python_enabled`, and ScriptError for syntax errors. Equal scripts share one Script.
    """
    name = language.strip().lower()
    if name in _JAVASCRIPT:
        if is_dynamic(source):
            return DynamicScript("javascript", source, lambda told: _javascript(told, time_limit, memory_limit))
        return _javascript(source, time_limit, memory_limit)
    if name == "juel":
        return _compiled(JuelScript, source)
    if name in _PYTHON:
        if not python_enabled:
            raise ScriptLanguageDisabledError(
                language,
                "Python scripts are switched off because they are not isolated from the engine; "
                "the setting SHOAL_PYTHON_SCRIPTS=true switches them on",
            )
        return _compiled(PythonScript, source)
    supported = ["javascript", "juel", "python" if python_enabled else "python (if enabled)"]
    raise ScriptLanguageUnsupportedError(language, supported)


@lru_cache(maxsize=_CACHED_SCRIPTS)
def _javascript(source: str, time_limit: float, memory_limit: int) -> Script:
    return JavaScript(source, time_limit, memory_limit)


@lru_cache(maxsize=_CACHED_SCRIPTS)
def _compiled(kind: type[JuelScript] | type[PythonScript], source: str) -> Script:
    return kind(source)


__all__ = ["Script", "ScriptContext", "compile_script"]
