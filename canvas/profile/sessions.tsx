import { Laptop } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { endOtherSessions, endSession, listSessions, type OpenSession } from "#server/contract/session.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { leaveBrowser } from "../offline/leave-browser.ts";
import { useSession } from "../session/use-session.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Section } from "../ui/section.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { browserName } from "./browser-name.ts";

/** Where one is signed in. */
export function Sessions() {
  const [isEnding, setEnding] = useState(false);
  const sessions = useApi(listSessions, {});
  const endAll = useChange(endOtherSessions);
  const actor = useSession()?.actor ?? "";
  const everywhere = () =>
    endAll.mutate(
      {},
      {
        onSuccess: () => void leaveBrowser(actor).then(() => location.assign("/sign-in")),
        onError: (error) => toast.error("You are still signed in", { description: errorText(error) }),
      },
    );
  return (
    <Section
      title="Where you are signed in"
      actions={
        <Button className="text-danger!" onClick={() => setEnding(true)}>
          Sign out everywhere…
        </Button>
      }
    >
      {sessions.data ? (
        <ul aria-label="Sessions" className="rounded-lg border border-line bg-surface">
          {sessions.data.items.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : sessions.error ? (
        <LoadError title="The list could not be loaded" text={errorText(sessions.error)} busy={sessions.isFetching} onRetry={() => void sessions.refetch()} />
      ) : (
        <SkeletonRows rows={2} label="Loading your sessions" />
      )}
      {isEnding && (
        <ConfirmDialog
          open
          title="Sign out everywhere?"
          text="Every browser that is signed in as you is signed out at once, this one as well. Your API tokens go on working."
          confirm="Sign out everywhere"
          busy={endAll.isPending || endAll.isSuccess}
          onConfirm={everywhere}
          onClose={() => setEnding(false)}
        />
      )}
    </Section>
  );
}

function SessionRow({ session }: { session: OpenSession }) {
  const browser = browserName(session.browser);
  const end = useChange(endSession, { stale: [listSessions] });
  const stop = () =>
    end.mutate({ params: { session: session.id } }, { onError: (error) => toast.error("It is still signed in", { description: errorText(error) }) });
  return (
    <li className="flex items-center gap-3 border-line border-b px-4 py-2.5 last:border-b-0">
      <Laptop size={16} className="shrink-0 text-ink-faint" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 text-sm">
          <span className="truncate font-medium" title={session.browser}>
            {browser}
          </span>
          {session.current && <Badge tone="accent">this browser</Badge>}
        </p>
        <p className="text-ink-faint text-xs">
          {session.address} · last used <TimeAgo time={session.lastUsedAt} />
        </p>
      </div>
      {!session.current && (
        <Button size="small" look="quiet" className="text-danger!" aria-label={`Sign out ${browser}`} busy={end.isPending} onClick={stop}>
          Sign out
        </Button>
      )}
    </li>
  );
}
