import type { Awareness } from "y-protocols/awareness";
import { z } from "zod";

const stateSchema = z.object({ user: z.object({ name: z.string().min(1).max(40), id: z.string().optional() }) });

/** The name of the only other person who has the draft open: then it was they. Nobody, when there are several or this person alone. */
export function onlyPeer(awareness: Pick<Awareness, "clientID" | "getStates">): string | undefined {
  const own = stateSchema.safeParse(awareness.getStates().get(awareness.clientID)).data?.user;
  const names = new Set<string>();
  for (const [client, state] of awareness.getStates()) {
    const user = client === awareness.clientID ? undefined : stateSchema.safeParse(state).data?.user;
    if (!user) continue;
    // another window of the same person tells nothing about who it was
    if (user.id !== undefined && user.id === own?.id) return undefined;
    names.add(user.name);
  }
  return names.size === 1 ? [...names][0] : undefined;
}
