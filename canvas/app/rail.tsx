import type { LucideIcon } from "lucide-react";
import { Link, NavLink, useLocation } from "react-router";
import type { Action } from "#server/contract/access.ts";
import { countApprovals } from "#server/contract/approvals.ts";
import { useApi } from "../api/queries.ts";
import { CommandsButton } from "../commands/commands-button.tsx";
import { KeysButton } from "../commands/keys-button.tsx";
import { PAGES, type Page } from "../commands/pages.ts";
import { useUnread } from "../inbox/unread.ts";
import { useMay, useWhyNotByRole } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import { classes } from "../ui/classes.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { Logo } from "./logo.tsx";
import { ThemeButton } from "./theme-button.tsx";
import { WorkspaceMenu } from "./workspace-menu.tsx";

interface PlaceProps {
  to: string;
  label: string;
  icon: LucideIcon;
  count?: number;
}

export function Rail() {
  const session = useSession();
  const isTeam = session?.mode === "team";
  const isMember = session?.workspace !== null;
  return (
    <nav aria-label="Main" className="flex w-12 shrink-0 flex-col items-center border-line border-r bg-surface py-2">
      <Link to="/" aria-label="Heddle" className="mb-1 rounded-lg p-1">
        <Logo size={24} />
      </Link>
      {session && (isTeam || session.workspaces.length > 1) && <WorkspaceMenu session={session} />}
      <div className="flex w-full min-h-0 flex-1 flex-col items-center gap-1 overflow-y-auto py-1">{isMember && <Places isTeam={isTeam} />}</div>
      <CommandsButton side="right" />
      <KeysButton side="right" />
      <ThemeButton />
      {session?.caller.kind === "user" && <AccountMenu caller={session.caller} />}
    </nav>
  );
}

function Places({ isTeam }: { isTeam: boolean }) {
  const waiting = useWaitingApprovals();
  const unread = useUnread();
  const counts: Readonly<Record<string, Pick<PlaceProps, "label" | "count">>> = {
    "/inbox": { label: unread > 0 ? `Inbox: ${unread} unread` : "Inbox", count: unread },
    "/approvals": { label: waiting > 0 ? `Approvals: ${waiting} waiting` : "Approvals", count: waiting },
  };
  const placesAt = (rail: Page["rail"]) =>
    PAGES.filter((page) => page.rail === rail && (isTeam || !page.ofTeams)).map(({ to, title, icon, takes }) => {
      const place = { to, label: title, icon, ...counts[to] };
      return takes ? <OwnersPlace key={to} action={takes} {...place} /> : <Place key={to} {...place} />;
    });
  return (
    <>
      {placesAt("top")}
      <div className="flex-1" />
      {placesAt("bottom")}
    </>
  );
}

/** What changes is told live; this is for when that is not heard. */
const APPROVALS_MS = 120_000;

/** How many gates wait that the caller may decide; 100 and more are one number. */
function useWaitingApprovals(): number {
  const mayRead = useMay("gate.read");
  const { data } = useApi(countApprovals, {}, { every: APPROVALS_MS, enabled: mayRead });
  return data?.mine ?? 0;
}

/** A page for some roles only: the others see that it exists, and whom to ask. */
function OwnersPlace({ action, ...place }: PlaceProps & { action: Action }) {
  const reason = useWhyNotByRole(action);
  if (reason === undefined) return <Place {...place} />;
  const Icon = place.icon;
  return (
    <Tooltip text={`${place.label}: ${reason}`} side="right">
      <button
        type="button"
        aria-disabled="true"
        aria-label={`${place.label}. ${reason}`}
        className="flex size-8 shrink-0 cursor-not-allowed! items-center justify-center rounded-md text-ink-muted opacity-40"
      >
        <Icon size={17} aria-hidden />
      </button>
    </Tooltip>
  );
}

function Place({ to, label, icon: Icon, count = 0 }: PlaceProps) {
  const { pathname } = useLocation();
  const isHere = to === "/" ? pathname === "/" || pathname.startsWith("/graphs") : pathname.startsWith(to);
  return (
    <Tooltip text={label} side="right">
      <NavLink
        to={to}
        aria-label={label}
        aria-current={isHere ? "page" : undefined}
        className={classes(
          "relative flex size-8 shrink-0 items-center justify-center rounded-md transition-colors duration-(--quick)",
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
