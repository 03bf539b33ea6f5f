import { createContext, useContext } from "react";
import type { z } from "zod";
import type { readGraphAccess } from "#server/contract/graphs.ts";
import type { Session } from "#server/contract/session.ts";
import { useSession } from "./use-session.ts";

/** Who is calling, and what they may do at a place: in the workspace of the page, or with a graph wherever that is. */
export interface Standing extends Pick<Session, "caller" | "person" | "workspace" | "actions"> {
  /** The place is one graph, and the caller is no member of its workspace: somebody shared it with them. */
  isShared?: boolean;
}

interface StandingHere {
  /** Absent until the server has said it. */
  known: Standing | undefined;
  /** They could look at it, and no longer can. */
  isLost: boolean;
}

/** Around what belongs to one graph. */
export const StandingContext = createContext<StandingHere | undefined>(undefined);

/** Whether the graph around has been taken from the caller while they looked. */
export function useLostStanding(): boolean {
  return useContext(StandingContext)?.isLost === true;
}

/** Undefined until it is known. */
export function useStanding(): Standing | undefined {
  const here = useContext(StandingContext);
  const session = useSession();
  return here ? here.known : session;
}

/** What the caller is where a graph is. */
export function standingAt({ caller, person, workspaces }: Session, { workspace, actions }: z.output<(typeof readGraphAccess)["answer"]>): Standing {
  const membership = workspaces.find(({ id }) => id === workspace);
  return { caller, person, workspace: membership ?? null, actions, isShared: membership === undefined };
}
