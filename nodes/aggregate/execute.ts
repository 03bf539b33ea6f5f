import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import { combinedKey } from "../kit/lists/equality-key.ts";
import { readPath, toFieldPath } from "../kit/lists/field-path.ts";
import { listOf } from "../kit/lists/list-of.ts";
import { refuseForbiddenName } from "../kit/lists/result-names.ts";
import { forEachInTurns, mapInTurns, Turns } from "../kit/lists/turns.ts";
import { type Accumulator, createAccumulator } from "./accumulators.ts";
import { type AggregateConfig, aggregationName, groupName } from "./config.ts";
import { aggregate } from "./node.ts";

export default implementNode(aggregate, async ({ config, inputs, context }) => {
  const turns = new Turns(context);
  const columns = columnsOf(config);
  const groups = new Map<string, Group>();
  if (config.groupBy.length === 0) groups.set("", createGroup(config, []));
  await forEachInTurns(listOf(inputs, "items"), turns, (item, index) => {
    const values = columns.keys.map((path) => readPath(item, path) ?? null);
    const key = values.length === 0 ? "" : combinedKey(values);
    let group = groups.get(key);
    if (!group) {
      group = createGroup(config, values);
      groups.set(key, group);
    }
    addTo(group, { item, index }, columns.fields);
  });
  const rows = await mapInTurns([...groups.values()], turns, (group) => rowOf(group, columns.names));
  return done({ result: config.groupBy.length === 0 ? rows[0] : rows });
});

interface Group {
  /** Of the group's first item. */
  values: readonly unknown[];
  accumulators: readonly Accumulator[];
}

function createGroup({ aggregations }: AggregateConfig, values: readonly unknown[]): Group {
  return { values, accumulators: aggregations.map(createAccumulator) };
}

function columnsOf({ groupBy, aggregations }: AggregateConfig) {
  const names = [...groupBy.map(groupName), ...aggregations.map(aggregationName)];
  for (const name of names) refuseForbiddenName(name);
  return { names, keys: groupBy.map(({ field }) => toFieldPath(field)), fields: aggregations.map(({ field }) => toFieldPath(field)) };
}

function addTo({ accumulators }: Group, { item, index }: { item: unknown; index: number }, fields: readonly ReturnType<typeof toFieldPath>[]): void {
  for (const [at, accumulator] of accumulators.entries()) {
    const value = readPath(item, fields[at] ?? []);
    if (value === undefined || value === null) continue;
    try {
      accumulator.add(value);
    } catch (error) {
      throw error instanceof NodeError ? new NodeError(error.code, `Item ${index + 1}: ${error.message}`, { happened: "no", details: { index } }) : error;
    }
  }
}

function rowOf({ values, accumulators }: Group, names: readonly string[]): Record<string, unknown> {
  const cells = [...values, ...accumulators.map((accumulator) => accumulator.result())];
  return Object.fromEntries(names.map((name, at) => [name, cells[at]]));
}
