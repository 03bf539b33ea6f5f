import { Suspense } from "react";
import { Outlet, useLocation } from "react-router";
import { ErrorBoundary } from "../app/error-boundary.tsx";
import { Waiting } from "../ui/waiting.tsx";

/** What is around the pages that one sees before one is in: nothing but the page. */
export function EntryShell() {
  const { pathname } = useLocation();
  return (
    <div className="h-full overflow-y-auto bg-board">
      <ErrorBoundary key={pathname}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}
