import { Suspense } from "react";
import { Outlet, useLocation } from "react-router";
import { CommandLayer } from "../commands/command-layer.tsx";
import { SessionGate } from "../session/session-gate.tsx";
import { useSession } from "../session/use-session.ts";
import { Waiting } from "../ui/waiting.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { GuestRail } from "./guest-rail.tsx";
import { Rail } from "./rail.tsx";

/** What is around every page: the rail with the places one can go. */
export function Shell() {
  return (
    <SessionGate>
      <Frame />
    </SessionGate>
  );
}

function Frame() {
  const { pathname } = useLocation();
  const session = useSession();
  return (
    <div className="flex h-full">
      {session?.caller.kind === "guest" ? <GuestRail /> : <Rail />}
      <main className="min-w-0 flex-1">
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <ErrorBoundary>
        <CommandLayer />
      </ErrorBoundary>
    </div>
  );
}
