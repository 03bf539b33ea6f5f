import { useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { readToolFigures } from "#server/contract/tools.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { formatDollars } from "../runs/format-dollars.ts";
import { LoadError } from "../ui/load-error.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { formatDuration, TimeAgo } from "../ui/time-ago.tsx";

const SPANS = [
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
] as const;

/** How a tool does: its calls from graphs, agents and the playground. */
export function ToolFigures({ connection, tool }: { connection: ConnectionId; tool: string }) {
  const [days, setDays] = useState("7");
  const { data, error, refetch } = useApi(readToolFigures, { params: { id: connection }, query: { days: Number(days) } });
  const figures = data?.items.find((item) => item.tool === tool);
  return (
    <section aria-label="Figures" className="flex flex-col gap-2">
      <div className="w-36">
        <Select label="Time span" value={days} options={SPANS} onChange={setDays} />
      </div>
      {error ? (
        <LoadError title="The figures could not be loaded" text={errorText(error)} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="h-14" />
      ) : !figures ? (
        <p className="text-ink-muted text-sm">It was not called in this time.</p>
      ) : (
        <dl className="grid grid-cols-6 gap-2 max-lg:grid-cols-3">
          <Figure name="Calls">{figures.calls}</Figure>
          <Figure name="Errors">
            {figures.errors}
            <span className="ml-1 font-normal text-ink-faint text-xs">{Math.round((figures.errors / figures.calls) * 100)} %</span>
          </Figure>
          <Figure name="Median">{formatDuration(figures.median)}</Figure>
          <Figure name="95 % within">{formatDuration(figures.p95)}</Figure>
          <Figure name="Cost">{formatDollars(Number(figures.cost))}</Figure>
          <Figure name="Last">
            <TimeAgo time={figures.lastAt} />
          </Figure>
        </dl>
      )}
    </section>
  );
}

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="rounded-md border border-line px-3 py-2">
      <dt className="text-ink-faint text-xs">{name}</dt>
      <dd className="font-medium text-sm tabular-nums">{children}</dd>
    </div>
  );
}
