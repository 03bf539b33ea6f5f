import { ChevronDown, ChevronsDown, ChevronUp, Square, X } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { type ComfyQueueJob, cancelComfyJob, listComfyQueue, moveComfyJob } from "#server/contract/comfy-queue.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";

/** The server tells all jobs at once; so many more are drawn at a time. */
const PAGE = 50;
/** From so many on there is something to search. */
const MANY = 10;

/** The jobs of one server, in the order in which they will run. */
export function QueueJobs({ server, jobs }: { server: ConnectionId; jobs: readonly ComfyQueueJob[] }) {
  const [search, setSearch] = useState("");
  const [count, setCount] = useState(PAGE);
  if (jobs.length === 0) return <p className="rounded-lg border border-line bg-surface px-3 py-4 text-ink-muted text-sm">Nothing runs, and nothing waits.</p>;
  const waiting = jobs.filter(({ state }) => state === "pending");
  const sought = search.trim().toLowerCase();
  const found = sought === "" ? jobs : jobs.filter((job) => `${job.title ?? ""} ${whose(job)} ${job.promptId}`.toLowerCase().includes(sought));
  return (
    <>
      {(jobs.length >= MANY || sought !== "") && (
        <SearchInput label="Search the jobs" placeholder="Search by workflow, whose or id" value={search} onChange={setSearch} className="max-w-80" />
      )}
      {found.length === 0 ? (
        <NothingFits title="No job fits the search" onShowAll={() => setSearch("")} />
      ) : (
        <Table label="Jobs">
          <thead>
            <tr>
              <HeadCell className="w-28">Place</HeadCell>
              <HeadCell>Job</HeadCell>
              <HeadCell className="w-36">Whose</HeadCell>
              <HeadCell className="w-20">Nodes</HeadCell>
              <ActionsHeadCell className="w-36" />
            </tr>
          </thead>
          <tbody>
            {found.slice(0, count).map((job) => (
              <JobRow key={job.promptId} server={server} job={job} waiting={waiting} />
            ))}
          </tbody>
        </Table>
      )}
      {found.length > count && (
        <div className="flex justify-center">
          <Button onClick={() => setCount(count + PAGE)}>More jobs</Button>
        </div>
      )}
    </>
  );
}

const whose = ({ isOurs }: ComfyQueueJob): string => (isOurs ? "This workspace" : "Somebody else");

interface JobRowProps {
  server: ConnectionId;
  job: ComfyQueueJob;
  /** All that wait, others' too: places are among them. */
  waiting: readonly ComfyQueueJob[];
}

function JobRow({ server, job, waiting }: JobRowProps) {
  const { promptId, state, position, isOurs, title, nodes } = job;
  return (
    <Row>
      <Cell className="whitespace-nowrap">{state === "running" ? <Badge tone="accent">Running</Badge> : `Number ${position}`}</Cell>
      <Cell className="max-w-0">
        {title !== undefined && <p className="truncate">{title}</p>}
        <p className="truncate font-mono text-2xs text-ink-muted" title={promptId}>
          {promptId}
        </p>
      </Cell>
      <Cell className="whitespace-nowrap">{whose(job)}</Cell>
      <Cell>{nodes}</Cell>
      <Cell>{isOurs && <JobActions server={server} job={job} waiting={waiting} />}</Cell>
    </Row>
  );
}

function JobActions({ server, job: { promptId, state, title = "this job" }, waiting }: JobRowProps) {
  const move = useChange(moveComfyJob, { stale: [listComfyQueue] });
  const cancel = useChange(cancelComfyJob, { stale: [listComfyQueue] });
  const whyNot = useWhyNotByRole("connection.use");
  const params = { id: server };
  const onError = (problem: unknown) => toast.error("That did not work", { description: errorText(problem) });
  const at = waiting.findIndex((each) => each.promptId === promptId);
  const mayMove = state === "pending" && whyNot === undefined && !move.isPending && !cancel.isPending;
  const isLast = at === waiting.length - 1;
  /** Last, without one to be put before. */
  const moveBefore = (before?: string) => move.mutate({ params, body: { promptId, ...(before !== undefined && { before }) } }, { onError });
  const stop = (told: string) => cancel.mutate({ params, body: { promptId } }, { onError, onSuccess: () => toast.success(told) });
  return (
    <span className="flex justify-end gap-0.5">
      {state === "pending" && (
        <>
          <IconButton
            label={`Move ${title} up`}
            size="small"
            icon={<ChevronUp size={14} />}
            disabled={!mayMove || at <= 0}
            onClick={() => moveBefore(waiting[at - 1]?.promptId)}
          />
          <IconButton
            label={`Move ${title} down`}
            size="small"
            icon={<ChevronDown size={14} />}
            disabled={!mayMove || isLast}
            onClick={() => moveBefore(waiting[at + 2]?.promptId)}
          />
          <IconButton
            label={`Move ${title} to the end`}
            size="small"
            icon={<ChevronsDown size={14} />}
            disabled={!mayMove || isLast}
            onClick={() => moveBefore()}
          />
        </>
      )}
      {state === "pending" ? (
        <IconButton
          label={`Take ${title} out`}
          size="small"
          icon={<X size={14} />}
          disabled={whyNot !== undefined || cancel.isPending}
          onClick={() => stop("Taken out of the queue: the run that waits for it fails")}
        />
      ) : (
        <IconButton
          label={`Interrupt ${title}`}
          size="small"
          icon={<Square size={12} />}
          disabled={whyNot !== undefined || cancel.isPending}
          onClick={() => stop("Interrupted: the run that waits for it fails")}
        />
      )}
    </span>
  );
}
