import type { Action } from "#server/contract/access.ts";
import { listMembers } from "#server/contract/workspaces.ts";
import { useApi } from "../api/queries.ts";
import { type Standing, useStanding } from "./standing.ts";
import { lacksRole, whyNot } from "./why-not.ts";

/** Whether the caller is known to be allowed something here. The server decides; this only shows it beforehand. */
export function useMay(action: Action): boolean {
  return useStanding()?.actions.includes(action) === true;
}

/** Why the caller may not, and whom to ask; undefined when they may. */
export function useWhyNot(action: Action): string | undefined {
  const standing = useStanding();
  const owners = useOwners(standing, action);
  return standing && whyNot(standing, action, owners);
}

/** Like `useWhyNot`, where only the role counts: who is not known as a person yet is told so by the server, with how to become one. */
export function useWhyNotByRole(action: Action): string | undefined {
  const standing = useStanding();
  const owners = useOwners(standing, action);
  return standing && lacksRole(standing, action) ? whyNot(standing, action, owners) : undefined;
}

const ASKED = 200;

/** Names of those who could give a member the role that an action takes. */
function useOwners(standing: Standing | undefined, action: Action): readonly string[] {
  const enabled = standing !== undefined && !standing.isShared && lacksRole(standing, action);
  const { data } = useApi(listMembers, { query: { limit: ASKED } }, { enabled });
  return data?.items.filter(({ role }) => role === "owner").map(({ name }) => name) ?? [];
}
