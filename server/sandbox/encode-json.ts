export interface EncodeLimits {
  /** Levels of lists and objects. */
  depth: number;
  /** UTF-16 units of the text; the caller counts the UTF-8 bytes, which are never fewer. */
  length: number;
  /** Further values that count as functions. */
  isFunction?: (value: object) => boolean;
}

export type Encoded = { type: "json"; text: string } | { type: "refused"; reason: "shape" | "limit"; message: string };

/**
 * Makes the function that turns a value into JSON text or says why it cannot. `undefined` becomes `null`, as does an empty place in a list;
 * an object's undefined properties are left out. What the value's own getters throw is thrown on.
 *
 * QuickJS receives this function as text, so it may use the language alone. It copies into objects without a prototype and keeps the built-ins it
 * found at first: nothing the evaluated code changes afterwards reaches the text.
 */
export function createEncoder(): (value: unknown, limits: EncodeLimits) => Encoded {
  const { stringify } = JSON;
  const { isArray } = Array;
  const { isFinite: isFiniteNumber, isInteger } = Number;
  const { create, keys, setPrototypeOf } = Object;
  const [MapClass, SetClass, PromiseClass] = [Map, Set, Promise];

  return (root, limits) => {
    let visited = 0;
    let refusal: { error: Error; encoded: Encoded } | undefined;
    const ancestors: object[] = setPrototypeOf([], null);

    const refuse = (reason: "shape" | "limit", message: string): never => {
      refusal = { error: new Error(message), encoded: { type: "refused", reason, message } };
      throw refusal.error;
    };
    const named = (path: string) => (path === "" ? "The result" : `The result's ${path}`);
    const at = (path: string, key: string | number) => (isInteger(key) ? `${path}[${key}]` : path === "" ? `${key}` : `${path}.${key}`);

    const list = (value: unknown[], path: string, depth: number): unknown[] => {
      const copy: unknown[] = setPrototypeOf([], null);
      for (let index = 0; index < value.length; index++) copy[index] = convert(value[index], at(path, index), depth) ?? null;
      return copy;
    };
    const record = (value: object, path: string, depth: number): object => {
      const copy = create(null);
      const names = keys(value);
      for (let index = 0; index < names.length; index++) {
        const name = names[index] as string;
        if (name === "__proto__") refuse("shape", `${named(path)} has a property called "__proto__", which is not allowed.`);
        const converted = convert((value as Record<string, unknown>)[name], at(path, name), depth);
        if (converted !== undefined) copy[name] = converted;
      }
      return copy;
    };
    const compound = (value: object, path: string, depth: number): unknown => {
      for (let index = 0; index < depth; index++) {
        if (ancestors[index] === value) refuse("shape", `${named(path)} contains itself, which JSON cannot hold.`);
      }
      if (depth >= limits.depth) refuse("limit", `The result is nested more than ${limits.depth} levels deep.`);
      if (limits.isFunction?.(value)) refuse("shape", `${named(path)} is a function, which JSON cannot hold.`);
      if (value instanceof PromiseClass) refuse("shape", `${named(path)} is a promise. Write "await" before it.`);
      if (value instanceof MapClass) refuse("shape", `${named(path)} is a Map. Return Object.fromEntries(map) instead.`);
      if (value instanceof SetClass) refuse("shape", `${named(path)} is a Set. Return [...set] instead.`);
      const { toJSON } = value as { toJSON?: unknown };
      ancestors[depth] = value;
      if (typeof toJSON === "function") return convert((value as { toJSON: () => unknown }).toJSON(), path, depth + 1);
      return isArray(value) ? list(value, path, depth + 1) : record(value, path, depth + 1);
    };
    const convert = (value: unknown, path: string, depth: number): unknown => {
      visited += 1;
      if (visited > limits.length) refuse("limit", `The result is larger than ${limits.length} bytes.`);
      if (typeof value === "object" && value !== null) return compound(value, path, depth);
      if (typeof value === "function") return refuse("shape", `${named(path)} is a function, which JSON cannot hold.`);
      if (typeof value === "symbol") return refuse("shape", `${named(path)} is a symbol, which JSON cannot hold.`);
      if (typeof value === "bigint") return refuse("shape", `${named(path)} is a bigint, which JSON cannot hold. Use Number() or String() on it.`);
      if (typeof value === "number" && !isFiniteNumber(value)) return refuse("shape", `${named(path)} is ${value}, which JSON cannot hold.`);
      return value;
    };

    try {
      const text = stringify(convert(root, "", 0) ?? null);
      if (text.length > limits.length) return { type: "refused", reason: "limit", message: `The result is larger than ${limits.length} bytes.` };
      return { type: "json", text };
    } catch (error) {
      if (refusal !== undefined && error === refusal.error) return refusal.encoded;
      throw error;
    }
  };
}
