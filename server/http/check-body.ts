import { FORBIDDEN_KEYS, MAX_JSON_DEPTH, pointer } from "#runtime/graph/json.ts";
import { decideApproval } from "../contract/approvals.ts";
import { callTool } from "../contract/connections.ts";
import { submitForm } from "../contract/forms.ts";
import type { Route } from "../contract/route.ts";
import { startRun } from "../contract/runs.ts";

/** Bodies that hold somebody's data, not ours: `constructor` is a fine name in it, and it may nest deeper. */
const HOLDS_DATA: ReadonlySet<string> = new Set([startRun.id, decideApproval.id, callTool.id, submitForm.id]);
const ONLY_PROTO: ReadonlySet<string> = new Set(["__proto__"]);
const MAX_DATA_DEPTH = 200;

/** Where a body uses a key that could reach a prototype, or nests too deep; undefined when it does neither. */
export function findUnsafe(route: Pick<Route, "id">, body: unknown): { path: string; message: string } | undefined {
  const holdsData = HOLDS_DATA.has(route.id);
  const forbidden = holdsData ? ONLY_PROTO : FORBIDDEN_KEYS;
  const deepest = holdsData ? MAX_DATA_DEPTH : MAX_JSON_DEPTH;
  const visit = (value: unknown, path: readonly string[]): { path: string; message: string } | undefined => {
    if (typeof value !== "object" || value === null) return undefined;
    if (path.length >= deepest) return { path: pointer(path), message: `This is nested deeper than ${deepest}.` };
    for (const [key, member] of Object.entries(value)) {
      const inner = [...path, key];
      if (!Array.isArray(value) && forbidden.has(key)) return { path: pointer(inner), message: `The key "${key}" is not allowed.` };
      const found = visit(member, inner);
      if (found) return found;
    }
    return undefined;
  };
  return visit(body, []);
}
