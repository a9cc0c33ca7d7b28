// The JavaScript side of a script: unpacks the data, runs the source, packs the outcome.
// It is cut into parts, because parsing it is most of the cost of a run: `core` is always there,
// the others only for sources that use them. Lines are joined into one, so that line numbers in
// stacks belong to the script alone: comments stand on lines of their own.

// part core
(function (wire, source, parts) {
  'use strict';
  const own = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
  const define = (name, value) => Object.defineProperty(globalThis, name,
    {value, writable: true, configurable: true});
  const tagged = (kind, v) => ({$shoal: kind, v});
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
    if (Array.isArray(value) || value instanceof Set) { return Array.from(value, deeper); }
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) { throw new TypeError('the date is invalid'); }
      return tagged('date', value.getTime());
    }
    if (value instanceof Uint8Array) { return tagged('bytes', Array.from(value)); }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return deeper(value.valueOf());
    }
    const entries = Array.from(value instanceof Map ? value : Object.entries(value))
      .filter(([, each]) => strict || typeof each !== 'function');
    return tagged('map', entries.map(([key, each]) => [String(key), deeper(each)]));
  };
  const data = JSON.parse(wire);
  const pack = JSON.stringify;
  const run = eval;
  const host = {data, own, define, encode, decode: (value) => value, journal: [],
    declared: new Set(), BpmnError: null};
  try {
    for (const part of parts) { part(host); }
    const {declared, decode} = host;
    for (const [name, value] of Object.entries(data.variables)) {
      if (own(globalThis, name) && !own(data.hidable, name)) { continue; }
      declared.add(name);
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => { const found = decode(value); define(name, found); return found; },
        set: (found) => define(name, found),
      });
    }
    const result = run(source);
    return pack({result: encode(result, false, 0), journal: host.journal});
  } catch (error) {
    if (host.BpmnError !== null && error instanceof host.BpmnError) {
      return pack({bpmn: [error.code, error.message], journal: host.journal});
    }
    if (error instanceof Error) { return pack({error: String(error), stack: String(error.stack)}); }
    const isObject = error !== null && typeof error === 'object';
    return pack({error: isObject ? pack(error) : String(error), stack: null});
  }
})

// part decode
(host) => {
  const decode = (value) => {
    if (value === null || typeof value !== 'object') { return value; }
    if (Array.isArray(value)) { return value.map(decode); }
    const v = value.v;
    const pairs = (entries) => Object.fromEntries(
      entries.map(([key, each]) => [key, decode(each)]));
    switch (host.own(value, '$shoal') ? value.$shoal : '') {
      case '': return pairs(Object.entries(value));
      case 'int': return BigInt(v);
      case 'float': return Number(v);
      case 'date': return new Date(v);
      case 'bytes': return Uint8Array.from(v);
      case 'map': return pairs(v);
      default: throw new TypeError(v);
    }
  };
  host.decode = decode;
}

// part error
(host) => {
  host.BpmnError = class BpmnError extends Error {
    constructor(code, message) {
      super(message === undefined || message === null ? '' : String(message));
      this.name = 'BpmnError';
      this.code = String(code);
    }
    getErrorCode() { return this.code; }
    getMessage() { return this.message; }
  };
  host.define('BpmnError', host.BpmnError);
}

// part java
(host) => {
  const known = 'org.camunda.bpm.engine.delegate.BpmnError';
  const refused = (path) => new TypeError(
    'Java classes are not available in scripts: ' + path);
  const refuse = (path) => () => { throw refused(path); };
  const named = (path) => new Proxy(function () {}, {
    get: (_target, name) => {
      if (typeof name !== 'string') { throw refused(path); }
      const full = path + '.' + name;
      return full === known ? host.BpmnError : named(full);
    },
    apply: refuse(path),
    construct: refuse(path),
  });
  for (const name of ['java', 'javax', 'org', 'com', 'Packages']) {
    host.define(name, named(name));
  }
  host.define('Java', {type: (name) => {
    if (name === known) { return host.BpmnError; }
    throw refused(name);
  }});
}

// part offers
(host) => {
  const {define} = host;
  define('S', (value) => typeof value === 'string' ? JSON.parse(value) : value);
  define('print', () => undefined);
  define('console', {log() {}, info() {}, warn() {}, error() {}, debug() {}});
  if (host.data.now !== undefined) { define('now', () => new Date(host.data.now)); }
}

// part views
(host) => {
  const {own, define, encode, declared} = host;
  const note = (target, java, args) => host.journal.push(
    [target, java, args.map((each) => encode(each, true, 0))]);
  const unpacked = (values) => {
    const result = Object.create(null);
    for (const name of Object.keys(values)) {
      const keep = (value) => Object.defineProperty(result, name,
        {value, writable: true, enumerable: true, configurable: true})[name];
      Object.defineProperty(result, name, {
        enumerable: true, configurable: true, set: keep,
        get: () => keep(host.decode(values[name])),
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
      note(target, java, [name, value]);
      all[name] = value;
      if (isLocal || spec.root || name in local) { local[name] = value; }
      if (declared.has(name) || !own(globalThis, name)) { declared.add(name); define(name, value); }
    };
    const remove = (java, name, isLocal) => {
      note(target, java, [name]);
      if (isLocal || spec.root || name in local) { delete local[name]; }
      delete all[name];
      if (declared.has(name)) { delete globalThis[name]; }
    };
    const at = (values, name) => name in values ? values[name] : null;
    const methods = {
      getVariable: (name) => at(all, name),
      getVariableLocal: (name) => at(local, name),
      getVariables: () => ({...all}),
      getVariablesLocal: () => ({...local}),
      getVariableNames: () => Object.keys(all),
      getVariableNamesLocal: () => Object.keys(local),
      hasVariables: () => Object.keys(all).length > 0,
      hasVariablesLocal: () => Object.keys(local).length > 0,
      hasVariable: (name) => name in all,
      hasVariableLocal: (name) => name in local,
      setVariable: (name, value) => store('setVariable', String(name), value, false),
      setVariableLocal: (name, value) => store('setVariableLocal', String(name), value, true),
      setVariables: (values) => Object.keys(values).forEach(
        (name) => store('setVariable', name, values[name], false)),
      setVariablesLocal: (values) => Object.keys(values).forEach(
        (name) => store('setVariableLocal', name, values[name], true)),
      removeVariables: (names) => names.forEach(
        (name) => remove('removeVariable', String(name), false)),
      removeVariablesLocal: (names = Object.keys(local)) => names.forEach(
        (name) => remove('removeVariableLocal', String(name), true)),
      removeVariable: (name) => remove('removeVariable', String(name), false),
      removeVariableLocal: (name) => remove('removeVariableLocal', String(name), true),
    };
    for (const [java, [access, member]] of Object.entries(spec.methods)) {
      view[java] = own(methods, java) ? methods[java]
        : member === 'execution' ? () => views.execution
        : access === 'read' ? () => reads[member]
        : (...args) => {
          note(target, java, args);
          if (access === 'write') { reads[member] = args[0]; }
        };
    }
    for (const [property, [member, setter]] of Object.entries(spec.properties)) {
      Object.defineProperty(view, property, {
        get: () => member === 'execution' ? views.execution : reads[member],
        set: (value) => {
          if (setter === null) { throw new TypeError(property + ' cannot be set'); }
          note(target, setter, [value]);
          reads[member] = value;
        },
      });
    }
    return view;
  };
  for (const [target, spec] of Object.entries(host.data.views)) {
    views[target] = makeView(target, spec);
    define(target, views[target]);
  }
}
