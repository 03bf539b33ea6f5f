import {
  Activity,
  Bot,
  Braces,
  CircleUserRound,
  Inbox,
  KeyRound,
  Library,
  type LucideIcon,
  Plug,
  ScrollText,
  Settings,
  Terminal,
  UserRoundCheck,
  Users,
  Workflow,
  Wrench,
} from "lucide-react";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { Action } from "#server/contract/access.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import type { Entry } from "./entry-store.ts";

interface Page {
  to: string;
  title: string;
  icon: LucideIcon;
  keywords?: readonly string[];
  /** Not in a workspace of one person. */
  ofTeams?: boolean;
  /** For those who may do this. */
  takes?: Action;
}

/** The places of the rail. */
const PAGES: readonly Page[] = [
  { to: "/", title: "Graphs", icon: Workflow, keywords: ["home", "start", "list"] },
  { to: "/agents", title: "Agents", icon: Bot, keywords: ["assistants", "library", "chat"] },
  { to: "/inbox", title: "Inbox", icon: Inbox, keywords: ["mentions", "messages", "comments"] },
  { to: "/runs", title: "Runs", icon: Activity, keywords: ["history", "executions"] },
  { to: "/approvals", title: "Approvals", icon: UserRoundCheck, keywords: ["gates", "waiting", "decide"] },
  { to: "/connections", title: "Connections", icon: Plug, keywords: ["mcp", "servers", "tools"] },
  { to: "/tools", title: "Tools", icon: Wrench, keywords: ["mcp", "permissions", "rules", "playground"] },
  { to: "/knowledge", title: "Knowledge", icon: Library, keywords: ["documents", "collections", "search", "rag", "pdf"] },
  { to: "/credentials", title: "Credentials", icon: KeyRound, keywords: ["secrets", "vault", "keys"] },
  { to: "/variables", title: "Variables", icon: Braces },
  { to: "/people", title: "People", icon: Users, keywords: ["members", "team", "invite"], ofTeams: true },
  { to: "/tokens", title: "API tokens", icon: Terminal },
  { to: "/audit", title: "Audit log", icon: ScrollText, takes: "audit.read" },
  { to: "/settings", title: "Settings", icon: Settings, keywords: ["workspace", "theme"] },
  { to: "/profile", title: "Your profile", icon: CircleUserRound, keywords: ["account", "sessions", "password"], ofTeams: true },
];

/** The pages one can go to; what is for some roles only says so. */
export function usePageEntries(): readonly Entry[] {
  const navigate = useNavigate();
  const session = useSession();
  const noAudit = useWhyNotByRole("audit.read");
  const isTeam = session?.mode === "team";
  const isMember = session !== undefined && session.caller.kind !== "guest" && session.workspace !== null;
  return useMemo<Entry[]>(() => {
    if (!isMember) return [];
    return PAGES.filter(({ ofTeams }) => isTeam || !ofTeams).map(({ to, title, icon: Icon, keywords, takes }) => ({
      id: `page:${to}`,
      group: "Pages",
      title,
      icon: <Icon size={15} aria-hidden />,
      ...(keywords && { keywords }),
      ...(takes && noAudit !== undefined && { blocked: noAudit, detail: noAudit }),
      run: () => void navigate(to),
    }));
  }, [isMember, isTeam, navigate, noAudit]);
}
