import * as approvals from "./approvals.ts";
import * as connections from "./connections.ts";
import * as graphs from "./graphs.ts";
import * as hooks from "./hooks.ts";
import type { Route } from "./route.ts";
import * as runs from "./runs.ts";
import * as system from "./system.ts";
import * as variables from "./variables.ts";

/** Every API route. */
export const routes: readonly Route[] = [system, graphs, hooks, runs, approvals, connections, variables].flatMap((file) => Object.values(file).filter(isRoute));

function isRoute(value: unknown): value is Route {
  return typeof value === "object" && value !== null && "method" in value && "path" in value && "action" in value;
}
