import type { CheckScope } from "#runtime/expression/check-template.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { previewOf } from "../board/value-preview.ts";
import { type PathStep, valueAtPath } from "./value-path.ts";

/** A port that an expression may read, with what it had in the last run. */
export interface KnownPort {
  title: string;
  /** As it is written: `inputs.text`. */
  source: string;
  /** Where it comes from, in words. */
  from: string;
  type: PortType;
  value: StoredValue | undefined;
}

/** What the expressions of one field may read. */
export interface Knowledge {
  inputs: ReadonlyMap<string, KnownPort>;
  /** By node, in the order they are offered. */
  nodes: ReadonlyMap<string, { label: string; ports: ReadonlyMap<string, KnownPort> }>;
  /** The types of everything there is, for the checker. */
  scope: CheckScope;
}

/** How a text holds expressions: in `{{ }}`, or being one itself. */
export type ExpressionMode = "template" | "bare";

export const NO_KNOWLEDGE: Knowledge = { inputs: new Map(), nodes: new Map(), scope: { inputs: {}, nodes: {} } };

/** What a path leads to. */
export type Found =
  | { type: "inputs" }
  | { type: "nodes" }
  | { type: "node"; id: string }
  /** With `value` undefined nothing is known of it but its type. */
  | { type: "value"; port: KnownPort; path: readonly PathStep[]; value: Json | undefined; preview: string | undefined };

export function findPath(knowledge: Knowledge, steps: readonly PathStep[]): Found | undefined {
  const [root, first, second] = steps;
  if (root === "inputs") {
    if (steps.length === 1) return { type: "inputs" };
    return inside(knowledge.inputs.get(String(first)), steps.slice(2));
  }
  if (root !== "nodes") return undefined;
  if (steps.length === 1) return { type: "nodes" };
  const node = knowledge.nodes.get(String(first));
  if (!node) return undefined;
  return steps.length === 2 ? { type: "node", id: String(first) } : inside(node.ports.get(String(second)), steps.slice(3));
}

function inside(port: KnownPort | undefined, path: readonly PathStep[]): Found | undefined {
  if (!port) return undefined;
  const stored = port.value;
  const value = stored?.type === "inline" ? valueAtPath(stored.value, path) : undefined;
  if (stored?.type === "inline" && value === undefined) return undefined;
  const preview = value !== undefined ? previewOf({ type: "inline", value }) : stored && path.length === 0 ? previewOf(stored) : undefined;
  return { type: "value", port, path, value, preview };
}
