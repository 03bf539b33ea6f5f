import { ChevronRight, CornerLeftUp } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { readGraph } from "#server/contract/graphs.ts";
import { useApi } from "../api/queries.ts";
import { useGraphPart } from "../document/editor-context.ts";
import { Kbd } from "../ui/kbd.tsx";
import { addressOf, readTrail, type TrailStep } from "./trail.ts";

/** Above the board of a graph one came into from another: the way back. */
export function Breadcrumb() {
  const [params] = useSearchParams();
  const { run } = useParams();
  const name = useGraphPart((graph) => graph.name);
  const trail = readTrail(params);
  if (trail.length === 0) return null;
  return (
    <nav aria-label="Where this graph is used from" className="flex h-8 shrink-0 items-center gap-1 border-line border-b bg-surface px-4 text-xs">
      <CornerLeftUp size={13} aria-hidden className="mr-1 shrink-0 text-ink-faint" />
      <ol className="flex min-w-0 flex-1 items-center gap-1">
        {trail.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a graph may stand in the way twice
          <li key={index} className="flex min-w-0 items-center gap-1">
            <Step step={step} trail={trail.slice(0, index)} />
            <ChevronRight size={12} aria-hidden className="shrink-0 text-ink-faint" />
          </li>
        ))}
        <li aria-current="page" className="truncate font-medium">
          {name}
          {run !== undefined && <span className="font-normal text-ink-faint"> · run</span>}
        </li>
      </ol>
      <span className="flex items-center gap-1.5 text-ink-faint max-lg:hidden">
        <Kbd keys="Alt+↑" /> leaves
      </span>
    </nav>
  );
}

function Step({ step, trail }: { step: TrailStep; trail: readonly TrailStep[] }) {
  const { data } = useApi(readGraph, { params: { id: step.graph } });
  return (
    <Link to={addressOf(step, trail)} className="truncate rounded-sm text-accent hover:underline">
      {data?.name ?? "…"}
      {step.run && " · run"}
    </Link>
  );
}
