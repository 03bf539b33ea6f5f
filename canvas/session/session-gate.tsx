import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Navigate, useLocation } from "react-router";
import { toast } from "sonner";
import { readGraphAccess } from "#server/contract/graphs.ts";
import { readSession } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { keyOf } from "../api/queries.ts";
import { onRefusal } from "../api/refusals.ts";
import { onLeaving } from "../offline/leave-browser.ts";
import { LoadError } from "../ui/load-error.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { useSession, useSessionQuery } from "./use-session.ts";
import { WELCOME, whereTo } from "./where-to.ts";

/** Draws what is inside for those who may be here; the others are led to where they can get in. */
export function SessionGate({ isWelcome = false, children }: { /** Where those without a workspace are led to. */ isWelcome?: boolean; children: ReactNode }) {
  const { data, error, isFetching, refetch } = useSessionQuery();
  const { pathname, search } = useLocation();
  useAskAgain();
  useWorkspaceChange();
  useLeaving();
  if (!data && error) return <LoadError title="Heddle could not be reached" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  const elsewhere = whereTo(data, `${pathname}${search}`);
  return elsewhere === undefined || (isWelcome && elsewhere === WELCOME) ? children : <Navigate to={elsewhere} replace />;
}

function useAskAgain(): void {
  const cache = useQueryClient();
  useEffect(
    () =>
      onRefusal(() => {
        void cache.invalidateQueries({ queryKey: keyOf(readSession) });
        // what was itself refused is asked for again in its own time, or it would go round and round
        void cache.invalidateQueries({ queryKey: keyOf(readGraphAccess), predicate: ({ state }) => state.status !== "error" });
      }),
    [cache],
  );
}

/** Who signs out in one window is signed out in all of them: what they still hold must not be sent as somebody else's. */
function useLeaving(): void {
  const actor = useSession()?.actor;
  useEffect(() => onLeaving((person) => person === actor && location.reload()), [actor]);
}

/** What was loaded of one workspace is not shown in another. */
function useWorkspaceChange(): void {
  const cache = useQueryClient();
  const session = useSession();
  const before = useRef(session?.workspace);
  useEffect(() => {
    const last = before.current;
    const now = session?.workspace;
    before.current = now;
    if (!last || last.id === now?.id) return;
    void cache.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== readSession.id });
    if (!session?.workspaces.some(({ id }) => id === last.id)) toast.info(`You are no longer in ${last.name}.`);
  }, [cache, session]);
}
