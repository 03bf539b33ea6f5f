import type { Action } from "../contract/access.ts";
import type { Actor } from "./actor.ts";

/** What an action is about; `id` is as the caller wrote it and may name nothing. */
export interface Resource {
  workspace: string;
  id?: string;
}

export type Verdict = { allowed: true } | { allowed: false; code: "unauthenticated" | "forbidden" | "person-required"; message: string };

/** Asked by every route and socket before anything else. */
export type May = (actor: Actor, action: Action, resource: Resource) => Verdict;

/** Who may: anyone who reaches the server, its user, or its user once proven to be a person. */
type Need = "anyone" | "user" | "person";

const NEEDS: Record<Action, Need> = {
  "system.read": "anyone",
  "graph.list": "user",
  "graph.create": "user",
  "graph.read": "user",
  "graph.edit": "user",
  "graph.archive": "user",
  "graph.publish": "user",
  "graph.run": "user",
  "hook.reveal": "person",
  "run.read": "user",
  "run.control": "user",
  "gate.read": "user",
  "gate.decide": "person",
  "connection.read": "user",
  "connection.manage": "person",
  "connection.use": "user",
  "variable.read": "user",
  "variable.write": "user",
};

const ALLOWED: Verdict = { allowed: true };
const SIGN_IN: Verdict = {
  allowed: false,
  code: "unauthenticated",
  message: "Open the one-time URL that Heddle printed when it started, or send the token of its data directory as Authorization: Bearer.",
};
const BE_A_PERSON: Verdict = {
  allowed: false,
  code: "person-required",
  message:
    "Only a person may do this. Open the one-time URL that Heddle printed when it started, or send the token of its data directory as Authorization: Bearer.",
};

/** The one table of single-user mode: its user may do everything, some of it only as a person. */
export const may: May = (actor, action) => {
  const need = NEEDS[action];
  if (need === "anyone") return ALLOWED;
  if (actor.kind === "anonymous") return SIGN_IN;
  return need === "user" || actor.person ? ALLOWED : BE_A_PERSON;
};
