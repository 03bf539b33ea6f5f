import { Activity, Braces, type LucideIcon, Moon, Plug, Sun, UserRoundCheck, Workflow } from "lucide-react";
import { Suspense } from "react";
import { Link, NavLink, Outlet, useLocation } from "react-router";
import { listApprovals } from "#server/contract/approvals.ts";
import { useApi } from "../api/queries.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Logo } from "./logo.tsx";
import { useTheme } from "./theme.ts";

/** What is around every page: the rail with the places one can go. */
export function Shell() {
  const { pathname } = useLocation();
  return (
    <div className="flex h-full">
      <Rail />
      <main className="min-w-0 flex-1">
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function Waiting() {
  return (
    <div className="flex h-full items-center justify-center text-ink-faint">
      <Spinner size={20} label="Loading" />
    </div>
  );
}

function Rail() {
  const { theme, toggle } = useTheme();
  const { pathname } = useLocation();
  const waiting = useWaitingApprovals();
  return (
    <nav aria-label="Main" className="flex w-12 shrink-0 flex-col items-center gap-1 border-line border-r bg-surface py-2">
      <Link to="/" aria-label="Heddle" className="mb-2 rounded-lg p-1">
        <Logo size={24} />
      </Link>
      <Place to="/" label="Graphs" icon={Workflow} isHere={pathname === "/" || pathname.startsWith("/graphs")} />
      <Place to="/runs" label="Runs" icon={Activity} isHere={pathname.startsWith("/runs")} />
      <Place
        to="/approvals"
        label={waiting > 0 ? `Approvals: ${waiting} waiting` : "Approvals"}
        icon={UserRoundCheck}
        isHere={pathname.startsWith("/approvals")}
        count={waiting}
      />
      <Place to="/connections" label="Connections" icon={Plug} isHere={pathname.startsWith("/connections")} />
      <Place to="/variables" label="Variables" icon={Braces} isHere={pathname.startsWith("/variables")} />
      <div className="flex-1" />
      <IconButton
        label={theme === "dark" ? "Light theme" : "Dark theme"}
        icon={theme === "dark" ? <Sun size={16} /> : <Moon size={16} />}
        side="right"
        onClick={toggle}
      />
    </nav>
  );
}

const APPROVALS_MS = 15_000;

/** How many gates wait for a person; 100 and more are one number. */
function useWaitingApprovals(): number {
  const { data } = useApi(listApprovals, { query: { limit: 100 } }, { every: APPROVALS_MS });
  return data?.items.length ?? 0;
}

function Place({ to, label, icon: Icon, isHere, count = 0 }: { to: string; label: string; icon: LucideIcon; isHere: boolean; count?: number }) {
  return (
    <Tooltip text={label} side="right">
      <NavLink
        to={to}
        aria-label={label}
        aria-current={isHere ? "page" : undefined}
        className={classes(
          "relative flex size-8 items-center justify-center rounded-md transition-colors duration-(--quick)",
          isHere ? "bg-accent-soft text-accent" : "text-ink-muted hover:bg-hover hover:text-ink",
        )}
      >
        <Icon size={17} aria-hidden />
        {count > 0 && (
          <span
            aria-hidden
            className="absolute -top-1 -right-1 flex h-4 min-w-4 items-center justify-center rounded-full bg-warning px-1 font-semibold text-2xs text-board tabular-nums"
          >
            {count}
          </span>
        )}
      </NavLink>
    </Tooltip>
  );
}
