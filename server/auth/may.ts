import { type Action, POLICIES, type Role, type ShareLevel } from "../contract/access.ts";
import type { Mode } from "../contract/session.ts";
import type { Actor } from "./actor.ts";

/** What an actor is to a resource: their role in its workspace, and how far its document is shared with them. */
export interface Standing {
  role?: Role | undefined;
  share?: ShareLevel | undefined;
  /** Owns the whole installation. */
  installation?: boolean | undefined;
}

/** What an action is about, seen by the one who asks. */
export interface Resource {
  workspace: string;
  /** As the caller wrote it; may name nothing. */
  id?: string | undefined;
  standing: Standing;
  mode: Mode;
  /** Names of those who can give more: the owners of the workspace. For the message; absent when the caller is no member. */
  owners?: readonly string[] | undefined;
}

export type Verdict = { allowed: true } | { allowed: false; code: "unauthenticated" | "forbidden" | "person-required" | "not-found"; message: string };

/** Asked by every route and socket before anything else. Its one table is `POLICIES`. */
export type May = (actor: Actor, action: Action, resource: Resource) => Verdict;

const ALLOWED: Verdict = { allowed: true };
const ONE_TIME = "Open the one-time URL that Heddle printed when it started, or send the token of its data directory as Authorization: Bearer.";

export const may: May = (actor, action, resource) => {
  const policy = POLICIES[action];
  if (policy.who === "anyone") return ALLOWED;
  if (actor.kind === "anonymous") return signIn(resource.mode);
  const standing = judgeStanding(actor, action, resource);
  if (!standing.allowed) return standing;
  if (actor.kind === "token") return judgeToken(actor, action);
  if (actor.kind === "guest" && "account" in policy && policy.account) return signIn(resource.mode);
  if ("person" in policy && policy.person && !actor.person) return beAPerson(actor, resource.mode);
  return ALLOWED;
};

function judgeStanding(actor: Actor, action: Action, { standing, ...resource }: Resource): Verdict {
  const policy = POLICIES[action];
  if (policy.who === "anyone") return ALLOWED;
  if (policy.who === "reader") return ALLOWED;
  if (policy.who === "signed-in") return actor.kind === "guest" ? signIn(resource.mode) : ALLOWED;
  if (policy.who === "installation") return standing.installation ? ALLOWED : forbid("Only the owner of this installation may do this.");
  if (standing.role !== undefined && policy.roles.includes(standing.role)) {
    if (!policy.installation || standing.installation) return ALLOWED;
    return forbid("What is started here runs with the rights of Heddle itself: only an owner of this installation may set it.");
  }
  if (policy.share !== undefined && (standing.share === "edit" || standing.share === policy.share)) return ALLOWED;
  if (standing.role === undefined && standing.share === undefined) return nothingThere(resource.id);
  if (actor.kind === "guest") return signIn(resource.mode);
  return forbid(`${whatYouAre(standing)} This takes the role ${listed(policy.roles, "or")}. ${whomToAsk(resource.owners)}`);
}

function judgeToken({ scopes }: Actor & { kind: "token" }, action: Action): Verdict {
  const policy = POLICIES[action];
  if (policy.who === "anyone") return ALLOWED;
  const scope = "scope" in policy ? policy.scope : undefined;
  if (scope === undefined) return { allowed: false, code: "person-required", message: "API tokens do not do this: sign in as a person, in a browser." };
  return scopes.includes(scope) ? ALLOWED : forbid(`This token lacks the scope "${scope}". Make one that has it, under Tokens.`);
}

function signIn(mode: Mode): Verdict {
  const message = mode === "team" ? "Sign in, or send an API token as Authorization: Bearer." : ONE_TIME;
  return { allowed: false, code: "unauthenticated", message };
}

function beAPerson(actor: Actor, mode: Mode): Verdict {
  if (actor.kind === "guest") return signIn(mode);
  return { allowed: false, code: "person-required", message: `Only a person may do this. ${ONE_TIME}` };
}

/** Whoever has nothing to do with a resource does not learn whether there is one. */
function nothingThere(id: string | undefined): Verdict {
  if (id !== undefined) return { allowed: false, code: "not-found", message: `There is nothing called ${id.slice(0, 100)} that you may see.` };
  return forbid("You are in no workspace. Ask somebody to invite you to theirs, or make one.");
}

function forbid(message: string): Verdict {
  return { allowed: false, code: "forbidden", message };
}

function whatYouAre({ role, share }: Standing): string {
  if (role) return `You are ${/^[aeiou]/.test(role) ? "an" : "a"} ${role} here.`;
  return share === "edit" ? "This graph is shared with you to edit." : "This graph is shared with you to view.";
}

function whomToAsk(owners: readonly string[] | undefined): string {
  return owners && owners.length > 0 ? `Ask ${listed(owners.slice(0, 3), "or")}.` : "Ask an owner of the workspace.";
}

function listed(words: readonly string[], last: "or" | "and"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
