import { findUnsafeJson, pointer } from "#runtime/graph/json.ts";
import { type Graph, graphSchema } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Problem, ProblemCode } from "#runtime/plan/problems.ts";
import { ApiError } from "../api-error.ts";

const MAX_PROBLEMS = 100;

/** What a draft cannot hold: it would be dropped or mended in silence. Everything else may be wrong in a draft, and is shown in it. */
const UNHOLDABLE: ReadonlySet<ProblemCode> = new Set(["schema", "duplicate-id", "dangling-edge", "parent"]);

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
  const problems = "problems" in parsed ? parsed.problems : compile(parsed.graph, catalog, {}).problems.filter(({ code }) => UNHOLDABLE.has(code));
  if ("problems" in parsed || problems.length > 0) {
    const [first] = problems;
    throw new ApiError("invalid-graph", `This is no graph Heddle can open. ${first?.path ? `${first.path}: ` : ""}${first?.message ?? ""}`, { problems });
  }
  return parsed.graph;
}
