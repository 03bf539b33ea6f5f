import { FORBIDDEN_KEYS } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";

/** Refuses names that could reach a prototype. Throws `NodeError("validation")`. */
export function refuseForbiddenName(name: string): void {
  if (!FORBIDDEN_KEYS.has(name)) return;
  throw new NodeError("validation", `A field of a result cannot be called "${name}".`, { happened: "no" });
}
