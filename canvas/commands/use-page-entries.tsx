import { useMemo } from "react";
import { useNavigate } from "react-router";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import type { Entry } from "./entry-store.ts";
import { PAGES } from "./pages.ts";

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
