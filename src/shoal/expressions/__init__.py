"""Expressions and scripts of BPMN models: Camunda 7's JUEL, JavaScript and, if enabled, Python.

The public names of the package; it knows nothing of storage, clocks or the network.
"""

from shoal.expressions.context import Context
from shoal.expressions.errors import (
    BpmnError,
    ExpressionError,
    ExpressionEvaluationError,
    ExpressionSyntaxError,
    ScriptError,
    ScriptLanguageDisabledError,
    ScriptLanguageUnsupportedError,
    UnknownFunctionError,
    UnknownMethodError,
    UnknownPropertyError,
)
from shoal.expressions.execution_api import ExecutionView, TaskView, VariableScopeView
from shoal.expressions.expression import Expression, compile_expression
from shoal.expressions.scripts import Script, ScriptContext, compile_script

__all__ = [
    "BpmnError",
    "Context",
    "ExecutionView",
    "Expression",
    "ExpressionError",
    "ExpressionEvaluationError",
    "ExpressionSyntaxError",
    "Script",
    "ScriptContext",
    "ScriptError",
    "ScriptLanguageDisabledError",
    "ScriptLanguageUnsupportedError",
    "TaskView",
    "UnknownFunctionError",
    "UnknownMethodError",
    "UnknownPropertyError",
    "VariableScopeView",
    "compile_expression",
    "compile_script",
]
