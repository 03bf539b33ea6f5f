import { type Action, POLICIES } from "#server/contract/access.ts";
import type { Session } from "#server/contract/session.ts";
import { withArticle } from "./roles.ts";

export const ONE_TIME_LINK = "Open the one-time link that Heddle printed when it started: this browser is then known.";

/** Whether it is the role that keeps the caller from an action: then somebody may give them another. */
export function lacksRole(session: Session, action: Action): boolean {
  const policy = POLICIES[action];
  return session.workspace !== null && policy.who === "members" && !policy.roles.includes(session.workspace.role);
}

/** Why the caller may not do something in their workspace, and whom to ask; undefined when they may. `owners`: names, as far as they are known. */
export function whyNot(session: Session, action: Action, owners: readonly string[]): string | undefined {
  if (session.actions.includes(action)) return undefined;
  const policy = POLICIES[action];
  const { kind } = session.caller;
  if (kind === "guest" || kind === "anonymous") return "Sign in to do this.";
  if (policy.who === "installation" && kind !== "local") return "Only the owner of this installation may do this.";
  if (policy.who !== "members") return session.person ? "You may not do this." : ONE_TIME_LINK;
  if (!session.workspace) return "You are in no workspace. Make one, or ask somebody to invite you to theirs.";
  const { role, name } = session.workspace;
  if (policy.roles.includes(role)) return session.person ? "You may not do this." : ONE_TIME_LINK;
  return `You are ${withArticle(role)} of ${name}. This takes the role ${listed(policy.roles)}. Ask ${owners.length > 0 ? listed(owners.slice(0, 3)) : "an owner of the workspace"}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
