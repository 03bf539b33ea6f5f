import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";

/** An output that an expression reads by the id of its node; without a port it reads all of them. */
export interface Read {
  node: NodeId;
  port: string | undefined;
}

/** `nodes.node_x.text` and `nodes.node_x["a-b"]`. */
const READ = /\bnodes\.(node_[A-Za-z0-9_]+)(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[\s*("[^"\]]+"|'[^'\]]+')\s*\])?/g;

/** What the expressions anywhere in a config read, each once. */
export function readsIn(config: Json): Read[] {
  const found = new Map<string, Read>();
  walk(config, (text) => {
    for (const match of text.matchAll(READ)) {
      const read = readOf(match);
      found.set(`${read.node} ${read.port ?? ""}`, read);
    }
  });
  return [...found.values()];
}

/** The config with what it reads put otherwise; `rewrite` answers undefined for what stays. */
export function rewritten<Value extends Json>(config: Value, rewrite: (read: Read) => { node: NodeId; port: string } | undefined): Value {
  return mapped(config, (text) =>
    text.replaceAll(READ, (...match) => {
      const next = rewrite(readOf(match));
      return next ? `nodes.${next.node}.${next.port}` : String(match[0]);
    }),
  ) as Value;
}

function readOf([, node, dotted, quoted]: readonly unknown[]): Read {
  const port = typeof dotted === "string" ? dotted : typeof quoted === "string" ? quoted.slice(1, -1) : undefined;
  return { node: String(node) as NodeId, port };
}

/** Whether an id stands anywhere in a config. */
export function names(config: Json, id: string): boolean {
  let found = false;
  walk(config, (text) => {
    found ||= text.includes(id);
  });
  return found;
}

function walk(value: Json, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (typeof value === "object" && value !== null) for (const member of Object.values(value)) walk(member, visit);
}

function mapped(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapped(member, change)]));
}
