import { ChevronsDown, ChevronUp, ListVideo, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { toast } from "sonner";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { type ComfyQueueJob, cancelComfyJob, clearComfyQueue, listComfyQueue, moveComfyJob } from "#server/contract/comfy-queue.ts";
import type { Connection } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Badge } from "../ui/badge.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { StatusDot } from "../ui/status.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { useComfyServers } from "./server-select.tsx";
import { counted } from "./workflow-words.ts";

const ASKED_EVERY_MS = 3_000;

/** What stands in line at each server: one's own jobs can be moved, stopped and cleared. */
export function QueueView() {
  const servers = useComfyServers();
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
        <LoadError title="The queue could not be read" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />
      ) : data ? (
        <Jobs server={server.id} jobs={jobs} />
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

function Jobs({ server, jobs }: { server: ConnectionId; jobs: readonly ComfyQueueJob[] }) {
  if (jobs.length === 0) return <p className="rounded-lg border border-line bg-surface px-3 py-4 text-ink-muted text-sm">Nothing runs, and nothing waits.</p>;
  const waiting = jobs.filter(({ state }) => state === "pending");
  return (
    <Table label="Jobs">
      <thead>
        <tr>
          <HeadCell className="w-24">Place</HeadCell>
          <HeadCell>Job</HeadCell>
          <HeadCell className="w-28">Whose</HeadCell>
          <HeadCell className="w-24">Nodes</HeadCell>
          <ActionsHeadCell className="w-28" />
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <JobRow key={job.promptId} server={server} job={job} waiting={waiting} />
        ))}
      </tbody>
    </Table>
  );
}

function JobRow({ server, job, waiting }: { server: ConnectionId; job: ComfyQueueJob; waiting: readonly ComfyQueueJob[] }) {
  const { promptId, state, position, isOurs, nodes } = job;
  const move = useChange(moveComfyJob, { stale: [listComfyQueue] });
  const cancel = useChange(cancelComfyJob, { stale: [listComfyQueue] });
  const whyNot = useWhyNotByRole("connection.use");
  const params = { id: server };
  const failed = (problem: unknown) => toast.error("That did not work", { description: errorText(problem) });
  const at = waiting.findIndex((each) => each.promptId === promptId);
  const before = waiting[at - 1];
  const mayMove = isOurs && state === "pending" && whyNot === undefined && !move.isPending;
  return (
    <Row>
      <Cell>{state === "running" ? <Badge tone="accent">Running</Badge> : `Number ${position}`}</Cell>
      <Cell>
        <code className="font-mono text-xs">{promptId.slice(0, 40)}</code>
      </Cell>
      <Cell>{isOurs ? "This workspace" : "Somebody else"}</Cell>
      <Cell>{nodes}</Cell>
      <Cell>
        {isOurs && (
          <span className="flex justify-end gap-0.5">
            <IconButton
              label="Move up"
              size="small"
              icon={<ChevronUp size={14} />}
              disabled={!mayMove || !before}
              onClick={() => before && move.mutate({ params, body: { promptId, before: before.promptId } }, { onError: failed })}
            />
            <IconButton
              label="Move to the end"
              size="small"
              icon={<ChevronsDown size={14} />}
              disabled={!mayMove || at === waiting.length - 1}
              onClick={() => move.mutate({ params, body: { promptId } }, { onError: failed })}
            />
            <IconButton
              label={state === "running" ? "Interrupt" : "Take out"}
              size="small"
              icon={<Square size={12} />}
              disabled={whyNot !== undefined || cancel.isPending}
              onClick={() => cancel.mutate({ params, body: { promptId } }, { onError: failed })}
            />
          </span>
        )}
      </Cell>
    </Row>
  );
}
