import { hashJson } from "#runtime/graph/hash.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import type { References } from "#runtime/node/references.ts";
import type { PlanNode } from "#runtime/plan/plan.ts";

interface Given {
  planNode: PlanNode;
  definition: NodeDefinition;
  references: References;
  evaluated: { config: Record<string, unknown>; inputs: Record<string, unknown> };
  /** States of the credentials that it sends along. */
  credentials?: readonly string[];
}

/**
 * Under which the result of a node may be found by other runs: a hash of all that it depends on. Its references hold the hashes of what
 * is outside (a tool's schema, a called revision); labels and positions are left out.
 */
export function resultKey({ planNode, definition, references, evaluated, credentials = [] }: Given): string {
  const { type, version, effect } = planNode;
  const { config, inputs } = evaluated;
  const keys = definition.references?.(config) ?? [];
  return hashJson({
    type,
    version,
    effect,
    config,
    inputs,
    references: keys.map((key) => references[key] ?? null),
    ...(credentials.length > 0 && { credentials }),
  });
}
