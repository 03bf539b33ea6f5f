import { Eye } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { z } from "zod";
import type { OpenDocument } from "../document/connect-document.ts";
import { TextLink } from "../entry/text-link.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useSession } from "../session/use-session.ts";
import { signInAddress } from "../session/where-to.ts";

const stateSchema = z.object({ shared: z.string() });

/** Says above the board that nothing on it can be changed, why, and whom to ask. */
export function ReadOnlyNotice({ document }: { document: OpenDocument }) {
  const state = useSyncExternalStore(document.saveState.subscribe, document.saveState.current);
  const whyNot = useWhyNotByRole("graph.edit");
  const session = useSession();
  const { pathname, state: given } = useLocation();
  if (state.type !== "read-only") return null;
  const shared = stateSchema.safeParse(given).data?.shared;
  return (
    <div role="note" className="flex shrink-0 items-center gap-2.5 border-line border-b bg-warning-soft px-4 py-1.5 text-xs">
      <Eye size={14} className="shrink-0 text-warning" aria-hidden />
      <p className="min-w-0">
        {whyNot === undefined ? state.message : `You can look at this graph, but not change it. ${whyNot}`}{" "}
        {session?.caller.kind === "guest" && (
          <TextLink to={signInAddress(shared === undefined ? pathname : `/shared/${encodeURIComponent(shared)}`)}>Sign in</TextLink>
        )}
      </p>
    </div>
  );
}
