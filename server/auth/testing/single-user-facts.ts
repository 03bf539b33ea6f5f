import type { AccessFacts } from "../access.ts";

/** One user, who owns everything there is. */
export const singleUserFacts: AccessFacts = {
  mode: () => "single-user",
  placeOf: async () => undefined,
  standing: async ({ kind }) => (kind === "local" ? { role: "owner", installation: true } : {}),
  homeOf: async ({ kind }) => (kind === "local" ? "workspace_default" : undefined),
  ownersOf: async () => [],
};
