// The JavaScript side of a script: unpacks the data, runs the source, packs the outcome.
// Its lines are joined into one, so that line numbers in stacks belong to the script alone:
// every statement ends with a semicolon and comments stand on lines of their own.
(function (wire, source) {
  'use strict';
  const data = JSON.parse(wire);
  const TAG = '$shoal';
  const own = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
  const define = (name, value) => Object.defineProperty(globalThis, name,
    {value, writable: true, enumerable: false, configurable: true});
  const tagged = (kind, v) => ({[TAG]: kind, v});

  const decode = (value) => {
    if (value === null || typeof value !== 'object') { return value; }
    if (Array.isArray(value)) { return value.map(decode); }
    if (own(value, TAG)) {
      const v = value.v;
      switch (value[TAG]) {
        case 'int': return BigInt(v);
        case 'float': return Number(v);
        case 'date': return new Date(v);
        case 'bytes': return Uint8Array.from(v);
        case 'refused': throw new TypeError(v);
        default: return Object.fromEntries(v.map(([key, each]) => [key, decode(each)]));
      }
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decode(each)]));
  };

  const encode = (value, strict, depth) => {
    if (depth > 200) { throw new TypeError('the value is nested deeper than 200 levels'); }
    switch (typeof value) {
      case 'undefined': return null;
      case 'string': case 'boolean': return value;
      case 'number': return !Number.isFinite(value) || (Number.isInteger(value)
        && !Number.isSafeInteger(value)) ? tagged('float', String(value)) : value;
      case 'bigint': return tagged('int', String(value));
      case 'object': break;
      default:
        if (strict) { throw new TypeError('a ' + typeof value + ' cannot be stored'); }
        return null;
    }
    if (value === null) { return null; }
    const deeper = (each) => encode(each, strict, depth + 1);
    if (Array.isArray(value)) { return Array.from(value, deeper); }
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) { throw new TypeError('the date is invalid'); }
      return tagged('date', value.getTime());
    }
    if (value instanceof Uint8Array) { return tagged('bytes', Array.from(value)); }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.valueOf();
    }
    if (value instanceof Set) { return Array.from(value, deeper); }
    const entries = value instanceof Map
      ? Array.from(value, ([key, each]) => [String(key), each])
      : Object.entries(value).filter(([, each]) => strict || typeof each !== 'function');
    return tagged('map', entries.map(([key, each]) => [key, deeper(each)]));
  };

  class BpmnError extends Error {
    constructor(code, message) {
      super(message === undefined || message === null ? '' : String(message));
      this.name = 'BpmnError';
      this.code = String(code);
    }
    getErrorCode() { return this.code; }
    getMessage() { return this.message; }
  }

  const BPMN_ERROR = 'org.camunda.bpm.engine.delegate.BpmnError';
  const javaName = (path) => new Proxy(function () {}, {
    get: (_target, name) => {
      if (typeof name !== 'string') { throw refused(path); }
      const full = path + '.' + name;
      return full === BPMN_ERROR ? BpmnError : javaName(full);
    },
    apply: () => { throw refused(path); },
    construct: () => { throw refused(path); },
  });
  const refused = (path) => new TypeError(
    'Java classes are not available in scripts: ' + path);
  for (const name of ['java', 'javax', 'org', 'com', 'Packages']) {
    define(name, javaName(name));
  }
  define('Java', {type: (name) => {
    if (name === BPMN_ERROR) { return BpmnError; }
    throw refused(name);
  }});
  define('BpmnError', BpmnError);
  define('S', (value) => typeof value === 'string' ? JSON.parse(value) : value);
  define('print', () => undefined);
  define('console', {log() {}, info() {}, warn() {}, error() {}, debug() {}});
  if (data.now !== undefined) { define('now', () => new Date(data.now)); }

  const journal = [];
  const declared = new Set();
  const show = (name, value) => {
    if (declared.has(name) || !own(globalThis, name)) {
      declared.add(name);
      define(name, value);
    }
  };
  const unpacked = (values) => {
    const result = Object.create(null);
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(result, name, {
        enumerable: true, configurable: true,
        get: () => {
          const found = decode(value);
          Object.defineProperty(result, name, {value: found, writable: true});
          return found;
        },
        set: (found) => Object.defineProperty(result, name, {value: found, writable: true}),
      });
    }
    return result;
  };
  const views = {};
  const makeView = (target, spec) => {
    const view = {};
    const reads = unpacked(spec.reads);
    const all = unpacked(spec.variables);
    const local = unpacked(spec.locals);
    const store = (java, name, value, isLocal) => {
      if (value === undefined) { value = null; }
      journal.push([target, java, [String(name), encode(value, true, 0)]]);
      all[name] = value;
      if (isLocal || spec.root || name in local) { local[name] = value; }
      show(String(name), value);
    };
    const remove = (java, name, isLocal) => {
      journal.push([target, java, [String(name)]]);
      if (isLocal || name in local || spec.root) { delete local[name]; }
      delete all[name];
      if (declared.has(name)) { delete globalThis[name]; }
    };
    const at = (values, name) => name in values ? values[name] : null;
    const methods = {
      getVariable: (name) => at(all, name),
      getVariableLocal: (name) => at(local, name),
      getVariables: () => Object.fromEntries(Object.entries(all)),
      getVariablesLocal: () => Object.fromEntries(Object.entries(local)),
      getVariableNames: () => Object.keys(all),
      hasVariable: (name) => name in all,
      hasVariableLocal: (name) => name in local,
      setVariable: (name, value) => store('setVariable', name, value, false),
      setVariableLocal: (name, value) => store('setVariableLocal', name, value, true),
      setVariables: (values) => {
        const entries = values instanceof Map ? values : Object.entries(values);
        for (const [name, value] of entries) { store('setVariable', name, value, false); }
      },
      removeVariable: (name) => remove('removeVariable', name, false),
      removeVariableLocal: (name) => remove('removeVariableLocal', name, true),
    };
    for (const [java, [access, member]] of Object.entries(spec.methods)) {
      if (member === 'execution') {
        view[java] = () => views.execution;
      } else if (own(methods, java)) {
        view[java] = methods[java];
      } else if (access === 'read') {
        view[java] = () => reads[member];
      } else {
        view[java] = (...args) => {
          journal.push([target, java, args.map((each) => encode(each, true, 0))]);
          if (access === 'write') { reads[member] = args[0] === undefined ? null : args[0]; }
        };
      }
    }
    for (const [property, [member, setter]] of Object.entries(spec.properties)) {
      Object.defineProperty(view, property, {
        get: () => member === 'execution' ? views.execution : reads[member],
        set: (value) => {
          if (setter === null) { throw new TypeError(property + ' cannot be set'); }
          journal.push([target, setter, [encode(value, true, 0)]]);
          reads[member] = value;
        },
      });
    }
    return view;
  };

  for (const [name, value] of Object.entries(data.variables)) {
    if (own(globalThis, name) && !own(data.hidable, name)) { continue; }
    declared.add(name);
    Object.defineProperty(globalThis, name, {
      enumerable: true, configurable: true,
      get: () => { const found = decode(value); define(name, found); return found; },
      set: (found) => define(name, found),
    });
  }
  for (const [target, spec] of Object.entries(data.views)) {
    views[target] = makeView(target, spec);
    define(target, views[target]);
  }

  const pack = JSON.stringify;
  const run = eval;
  try {
    const result = run(source);
    return pack({result: encode(result, false, 0), journal});
  } catch (error) {
    if (error instanceof BpmnError) {
      return pack({bpmn: [error.code, error.message], journal});
    }
    const isError = error instanceof Error;
    const text = isError ? String(error) : error !== null && typeof error === 'object'
      ? pack(error) : String(error);
    return pack({error: text, stack: isError ? String(error.stack) : ''});
  }
})
