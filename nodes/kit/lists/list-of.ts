import { NodeError } from "#runtime/node/node-error.ts";

/** The list that came in by an input. Throws `NodeError("validation")` for anything else. */
export function listOf(inputs: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const list = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (Array.isArray(list)) return list;
  throw new NodeError("validation", `The input "${name}" takes a list.`, { happened: "no" });
}
