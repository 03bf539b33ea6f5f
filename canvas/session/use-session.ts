import { useQuery } from "@tanstack/react-query";
import { readSession, type Session } from "#server/contract/session.ts";
import { chooseWorkspace, chosenWorkspace } from "../api/chosen-workspace.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { answersAreOf, askOrRemember } from "../offline/kept-answers.ts";

/** How often it is asked anew what one may do. */
export const SESSION_MS = 20_000;

/** Who is calling, where, and what they may do; asked again now and then, and whenever something was refused. */
export function useSessionQuery() {
  return useQuery({
    queryKey: keyOf(readSession, {}),
    queryFn: ({ queryKey, signal }) => askOrRemember(queryKey, () => fetchSession(signal)),
    refetchInterval: SESSION_MS,
  });
}

/** Undefined until it is known; everything in the shell is drawn only then. */
export function useSession(): Session | undefined {
  return useSessionQuery().data;
}

/** In the chosen workspace; in another one when one is no longer in that. */
async function fetchSession(signal: AbortSignal): Promise<Session> {
  const session = await call(readSession, { signal });
  void answersAreOf(session).catch(() => undefined);
  const chosen = chosenWorkspace();
  const isIn = session.workspaces.some(({ id }) => id === chosen);
  if (chosen === undefined || isIn || session.caller.kind === "anonymous") return session;
  chooseWorkspace(undefined);
  return call(readSession, { signal });
}
