import { findUnsafeJson, pointer } from "#runtime/graph/json.ts";
import { type Graph, graphSchema } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Problem, ProblemCode } from "#runtime/plan/problems.ts";
import { ApiError } from "../api-error.ts";

const MAX_PROBLEMS = 100;

/**
 * What a document sent from outside may not hold: it is wrong, not unfinished. What is unfinished (an input without its edge, a setting
 * that is missing, an expression half written) is work under way, and is shown in the draft.
 */
const REFUSED: ReadonlySet<ProblemCode> = new Set([
  "schema",
  "duplicate-id",
  "unknown-node-type",
  "newer-node-version",
  "migration-failed",
  "config",
  "dangling-edge",
  "unknown-port",
  "incompatible-ports",
  "edge-kind",
  "too-many-edges",
  "duplicate-edge",
  "cycle",
  "parent",
]);

/** A `heddle.graph/1` document, or what is wrong with its form, with JSON pointers. */
export function parseGraph(value: unknown): { graph: Graph } | { problems: Problem[] } {
  const unsafe = findUnsafeJson(value);
  if (unsafe) return { problems: [{ code: "schema", severity: "error", path: unsafe.path, message: `This ${unsafe.reason}.` }] };
  const parsed = graphSchema.safeParse(value);
  if (parsed.success) return { graph: parsed.data };
  const problems = parsed.error.issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }): Problem => ({ code: "schema", severity: "error", path: pointer(path), message }));
  return { problems };
}

/** A graph fit to become a draft. Throws ApiError "invalid-graph" with the problems. */
export function requireGraph(value: unknown, catalog: Catalog): Graph {
  const parsed = parseGraph(value);
  const problems = "problems" in parsed ? parsed.problems : compile(parsed.graph, catalog, {}).problems.filter(({ code }) => REFUSED.has(code));
  if ("problems" in parsed || problems.length > 0) {
    const [first] = problems;
    throw new ApiError("invalid-graph", `This is no graph Heddle can open. ${first?.path ? `${first.path}: ` : ""}${first?.message ?? ""}`, { problems });
  }
  return parsed.graph;
}
