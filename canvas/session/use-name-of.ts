import { listMembers } from "#server/contract/workspaces.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "./use-may.ts";
import { useSession } from "./use-session.ts";

const MOST = 200;

/** What whoever did something is called, by the id that stands in runs, decisions and variables. */
export function useNameOf(): (actor: string) => string {
  const session = useSession();
  const isAsked = useMay("member.read") && session?.mode === "team";
  const members = useApi(listMembers, { query: { limit: MOST } }, { enabled: isAsked });
  const names = new Map(members.data?.items.map(({ id, name }) => [String(id), name]));
  return (actor) => nameOf(actor, { self: session?.actor, names });
}

/** `user_…` says nothing to anybody: of people who are gone it says that. Runs, webhooks and the like keep their own word. */
export function nameOf(actor: string, { self, names }: { self: string | undefined; names: ReadonlyMap<string, string> }): string {
  if (actor === self) return "you";
  return names.get(actor) ?? (actor.startsWith("user_") ? "somebody else" : actor);
}
