import { type Action, POLICIES } from "#server/contract/access.ts";
import { withArticle } from "./roles.ts";
import type { Standing } from "./standing.ts";

export const ONE_TIME_LINK = "Open the one-time link that Heddle printed when it started: this browser is then known.";

/** Whether it is the role, or the share, that keeps the caller from an action: then somebody may give them more. */
export function lacksRole({ workspace, actions, isShared }: Standing, action: Action): boolean {
  if (actions.includes(action)) return false;
  const policy = POLICIES[action];
  return isShared === true || (workspace !== null && policy.who === "members" && !policy.roles.includes(workspace.role));
}

/** Why the caller may not do something, and whom to ask; undefined when they may. `owners`: names, as far as they are known. */
export function whyNot(standing: Standing, action: Action, owners: readonly string[]): string | undefined {
  const { actions, workspace, person, isShared } = standing;
  if (actions.includes(action)) return undefined;
  const policy = POLICIES[action];
  const { kind } = standing.caller;
  if (isShared && kind === "guest") return "You look at this graph as a guest. Ask whoever shared it with you.";
  if (isShared) return `This graph is shared with you to ${actions.includes("graph.edit") ? "edit" : "view"}. Ask whoever shared it with you.`;
  if (kind === "guest" || kind === "anonymous") return "Sign in to do this.";
  if (policy.who === "installation" && kind !== "local") return "Only the owner of this installation may do this.";
  if (policy.who !== "members") return person ? "You may not do this." : ONE_TIME_LINK;
  if (!workspace) return "You are in no workspace. Make one, or ask somebody to invite you to theirs.";
  const { role, name } = workspace;
  if (policy.roles.includes(role) && policy.installation && kind !== "local") return "Only the owner of this installation may do this.";
  if (policy.roles.includes(role)) return person ? "You may not do this." : ONE_TIME_LINK;
  return `You are ${withArticle(role)} of ${name}. This takes the role ${listed(policy.roles)}. Ask ${owners.length > 0 ? listed(owners.slice(0, 3)) : "an owner of the workspace"}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
