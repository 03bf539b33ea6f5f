import type { Action } from "#server/contract/access.ts";
import { listMembers } from "#server/contract/workspaces.ts";
import { useApi } from "../api/queries.ts";
import { useSession } from "./use-session.ts";
import { lacksRole, whyNot } from "./why-not.ts";

/** Whether the caller may do something in their workspace. The server decides; this only shows it beforehand. */
export function useMay(action: Action): boolean {
  return useSession()?.actions.includes(action) ?? true;
}

/** Why the caller may not, and whom to ask; undefined when they may. */
export function useWhyNot(action: Action): string | undefined {
  const session = useSession();
  const owners = useOwners(session !== undefined && lacksRole(session, action));
  return session && whyNot(session, action, owners);
}

/** Like `useWhyNot`, where only the role counts: who is not known as a person yet is told so by the server, with how to become one. */
export function useWhyNotByRole(action: Action): string | undefined {
  const session = useSession();
  const isRole = session !== undefined && lacksRole(session, action);
  const owners = useOwners(isRole);
  return isRole ? whyNot(session, action, owners) : undefined;
}

const ASKED = 200;

/** Names of the owners of the workspace one is in. */
function useOwners(enabled: boolean): readonly string[] {
  const { data } = useApi(listMembers, { query: { limit: ASKED } }, { enabled });
  return data?.items.filter(({ role }) => role === "owner").map(({ name }) => name) ?? [];
}
