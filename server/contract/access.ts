/** Everything that can be asked for. `may(actor, action, resource)` answers; its table names every one of these. */
export const ACTIONS = [
  "system.read",
  "graph.list",
  "graph.create",
  "graph.read",
  "graph.edit",
  "graph.archive",
  "graph.publish",
  "graph.run",
  "hook.reveal",
  "run.read",
  "run.control",
  "gate.read",
  "gate.decide",
  "connection.read",
  "connection.manage",
  "connection.use",
  "variable.read",
  "variable.write",
] as const;
export type Action = (typeof ACTIONS)[number];

/** Actions that loopback alone does not give: they need the session cookie or the token file (`quality.md`, security rules). */
export const PERSON_ACTIONS: ReadonlySet<Action> = new Set(["gate.decide", "hook.reveal", "connection.manage"]);
