import { NodeError } from "#runtime/node/node-error.ts";
import { parseFieldPath } from "../kit/lists/field-path.ts";
import { refuseForbiddenName } from "../kit/lists/result-names.ts";
import { forEachInTurns, type Turns } from "../kit/lists/turns.ts";
import type { JoinConfig } from "./config.ts";

type Side = "left" | "right";

/** Makes rows: of a pair, and of an item that matches nothing. Both throw `NodeError("validation")`. */
export interface Combine {
  pair(left: unknown, right: unknown): unknown;
  single(item: unknown, side: Side): unknown;
}

/** `shared` are the names that get a prefix; see `sharedNames`. */
export function createCombine(config: JoinConfig, shared: ReadonlySet<string>): Combine {
  switch (config.combine) {
    case "nest":
      return {
        pair: (left, right) => ({ left, right }),
        single: (item, side) => (side === "left" ? { left: item, right: null } : { left: null, right: item }),
      };
    case "prefer-left":
      return {
        pair: (left, right) => rowOf([...fieldsOf(left, "left"), ...fieldsOf(right, "right").filter(([name]) => !hasField(left, name))]),
        single: (item) => item,
      };
    case "prefer-right":
      return { pair: (left, right) => rowOf([...fieldsOf(left, "left"), ...fieldsOf(right, "right")]), single: (item) => item };
    case "prefix": {
      const prefixed = (item: unknown, side: Side) => {
        const prefix = side === "left" ? config.leftPrefix : config.rightPrefix;
        return fieldsOf(item, side).map(([name, value]): [string, unknown] => [shared.has(name) ? prefix + name : name, value]);
      };
      const common = commonKeys(config);
      return {
        pair: (left, right) => distinctRowOf([...prefixed(left, "left"), ...prefixed(right, "right").filter(([name]) => !common.has(name))]),
        single: (item, side) => (isMap(item) ? distinctRowOf(prefixed(item, side)) : item),
      };
    }
  }
}

/** The names that both lists have, apart from those that are matched on: the same for all rows, so that all have the same fields. */
export async function sharedNames(config: JoinConfig, lists: { left: readonly unknown[]; right: readonly unknown[] }, turns: Turns): Promise<Set<string>> {
  if (config.combine !== "prefix") return new Set();
  const [left, right] = [await namesOf(lists.left, turns), await namesOf(lists.right, turns)];
  return left.intersection(right).difference(commonKeys(config));
}

async function namesOf(items: readonly unknown[], turns: Turns): Promise<Set<string>> {
  const names = new Set<string>();
  await forEachInTurns(items, turns, (item) => {
    if (isMap(item)) for (const name of Object.keys(item)) names.add(name);
  });
  return names;
}

/** Fields that are matched on under one name: one of them is enough. */
function commonKeys({ keys }: JoinConfig): Set<string> {
  const names = keys.flatMap(({ left, right }) => {
    const [first, second] = [parseFieldPath(left), parseFieldPath(right)];
    const [name, ...others] = first.ok ? first.path : [];
    return typeof name === "string" && others.length === 0 && second.ok && second.path.length === 1 && second.path[0] === name ? [name] : [];
  });
  return new Set(names);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasField(item: unknown, name: string): boolean {
  return isMap(item) && Object.hasOwn(item, name);
}

function fieldsOf(item: unknown, side: Side): [string, unknown][] {
  if (isMap(item)) return Object.entries(item);
  throw new NodeError("validation", `An item of the ${side} list is no map, so it has no fields to combine. Choose to nest the items instead.`, {
    happened: "no",
  });
}

/** A name that stands twice takes the later value. */
function rowOf(fields: readonly [string, unknown][]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    refuseForbiddenName(name);
    row[name] = value;
  }
  return row;
}

function distinctRowOf(fields: readonly [string, unknown][]): Record<string, unknown> {
  const row = rowOf(fields);
  if (Object.keys(row).length === fields.length) return row;
  const twice = fields.find(([name], index) => fields.findIndex(([other]) => other === name) !== index)?.[0];
  throw new NodeError("validation", `With the prefixes there are two fields called "${twice}". Choose other prefixes.`, { happened: "no" });
}
