import type { Policy, Role, Scope, ShareLevel } from "../contract/access.ts";

/** Who asks, as the test set them up. */
export interface Standing {
  kind: "nobody" | "guest" | "account" | "token" | "file";
  /** In the workspace that is asked about. */
  role?: Role;
  /** Of the one graph that is shared, and its runs. */
  share?: ShareLevel;
  scopes?: readonly Scope[];
  ownsInstallation?: true;
}

/** What is asked about. `shared`: the shared graph, or a run of it. `named`: something else, by its id. */
export type About = "shared" | "named" | "workspace";

export const OUTCOMES = ["let through", "401", "403 forbidden", "403 person-required", "404"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What has to come of a request, read from the policy's words alone. */
export function expectedOutcome(policy: Policy, { kind, ...standing }: Standing, about: About): Outcome {
  if (policy.who === "anyone") return "let through";
  if (kind === "nobody") return "401";
  const refused = refusedByStanding(policy, { kind, ...standing }, about);
  if (refused) return refused;
  if (kind === "token") return byScope(policy, standing.scopes ?? []);
  const takesAccount = ("person" in policy && policy.person === true) || ("account" in policy && policy.account === true);
  return takesAccount && kind === "guest" ? "401" : "let through";
}

function refusedByStanding(policy: Policy, { kind, role, share, ownsInstallation }: Standing, about: About): Outcome | undefined {
  switch (policy.who) {
    case "anyone":
    case "reader":
      return undefined;
    case "signed-in":
      return kind === "guest" ? "401" : undefined;
    case "installation":
      return ownsInstallation ? undefined : "403 forbidden";
    case "members": {
      if (role !== undefined && policy.roles.includes(role)) return policy.installation && !ownsInstallation ? "403 forbidden" : undefined;
      const shown = about === "shared" ? share : undefined;
      if (shown !== undefined && (policy.share === "view" || policy.share === shown)) return undefined;
      if (role === undefined && shown === undefined) return about === "workspace" ? "403 forbidden" : "404";
      return kind === "guest" ? "401" : "403 forbidden";
    }
  }
}

function byScope(policy: Policy, scopes: readonly Scope[]): Outcome {
  const scope = "scope" in policy ? policy.scope : undefined;
  if (scope === undefined) return "403 person-required";
  return scopes.includes(scope) ? "let through" : "403 forbidden";
}
