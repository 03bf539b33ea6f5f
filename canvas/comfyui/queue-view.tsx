import { ListVideo, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { toast } from "sonner";
import { clearComfyQueue, listComfyQueue } from "#server/contract/comfy-queue.ts";
import type { Connection } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { ListBox } from "../pages/page-frame.tsx";
import { MayButton } from "../session/may-button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { StatusDot } from "../ui/status.tsx";
import { QueueJobs } from "./queue-jobs.tsx";
import { useComfyServers } from "./server-select.tsx";
import { counted } from "./workflow-words.ts";

const ASKED_EVERY_MS = 3_000;

/** What stands in line at each server: one's own jobs can be moved, stopped and cleared. */
export function QueueView() {
  const { servers, problem, isFetching, retry } = useComfyServers();
  if (problem !== undefined) return <LoadError title="The servers could not be listed" text={problem} busy={isFetching} onRetry={retry} />;
  if (!servers) return <SkeletonRows label="Loading servers" />;
  if (servers.length === 0) {
    return (
      <EmptyState
        icon={<ListVideo size={18} aria-hidden />}
        title="No ComfyUI servers yet"
        text="Once a server is set up, what it runs and what waits there is shown here."
        actions={
          <Link to="/connections" className="font-medium text-accent text-sm hover:underline">
            Set up a connection
          </Link>
        }
      />
    );
  }
  return servers.map((server) => <ServerQueue key={server.id} server={server} />);
}

function ServerQueue({ server }: { server: Connection }) {
  const params = { id: server.id };
  const { data, error, isFetching, refetch } = useApi(listComfyQueue, { params }, { every: ASKED_EVERY_MS });
  const [isClearing, setClearing] = useState(false);
  const clear = useChange(clearComfyQueue, { stale: [listComfyQueue] });
  const jobs = data?.items ?? [];
  const own = jobs.filter(({ isOurs, state }) => isOurs && state === "pending").length;
  const clearOwn = () =>
    clear.mutate(
      { params },
      {
        onSuccess: ({ removed }) => toast.success(`${counted(removed, "job")} taken out of the queue`),
        onError: (problem) => toast.error("The queue was not cleared", { description: errorText(problem) }),
        onSettled: () => setClearing(false),
      },
    );
  return (
    <section aria-label={server.name} className="flex flex-col gap-2">
      <header className="flex items-center gap-2">
        <StatusDot health={server.health.state} />
        <h2 className="min-w-0 flex-1 truncate font-semibold text-base">
          {server.name} <span className="font-normal text-ink-muted text-xs">{data && (jobs.length === 0 ? "idle" : counted(jobs.length, "job"))}</span>
        </h2>
        <MayButton action="connection.use" size="small" icon={<Trash2 size={13} aria-hidden />} disabled={own === 0} onClick={() => setClearing(true)}>
          Clear own
        </MayButton>
      </header>
      {error && !data ? (
        <ListBox>
          <LoadError title="The queue could not be read" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
        </ListBox>
      ) : data ? (
        <>
          {error && (
            <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm">
              This queue may be out of date. {errorText(error)}
            </p>
          )}
          <QueueJobs server={server.id} jobs={jobs} />
        </>
      ) : (
        <SkeletonRows label="Loading the queue" />
      )}
      <ConfirmDialog
        open={isClearing}
        title={`Clear your jobs at ${server.name}?`}
        text={`${counted(own, "waiting job")} of this workspace will be taken out, and the runs that wait for ${own === 1 ? "it" : "them"} will fail. What runs now goes on.`}
        confirm="Clear"
        busy={clear.isPending}
        onConfirm={clearOwn}
        onClose={() => setClearing(false)}
      />
    </section>
  );
}
