import { type NodeRun, nodeKey } from "#runtime/run/run-state.ts";
import { listCallbacks } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useMay, useWhyNotByRole } from "../session/use-may.ts";
import { Address } from "../ui/address.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import type { RunView } from "./run-view.ts";

/** Where a node run waits to be called; asked for, because no log has it. */
export function CallbackAddress({ view, run }: { view: RunView; run: NodeRun }) {
  const mayRead = useMay("run.control");
  const whyNot = useWhyNotByRole("run.control");
  const callbacks = useApi(listCallbacks, { params: { id: view.runId } }, { enabled: view.live && mayRead });
  if (!view.live) return null;
  if (whyNot !== undefined) return <p className="text-ink-muted text-xs">Only those who may run the graph see the address. {whyNot}</p>;
  if (callbacks.error) return <LoadError title="The address could not be loaded" text={callbacks.error.message} onRetry={() => void callbacks.refetch()} />;
  if (!callbacks.data) return <Skeleton className="h-8 w-full" />;
  const key = nodeKey(run.node, run.path);
  const wait = callbacks.data.items.find(({ node, path }) => nodeKey(node, path) === key);
  return wait ? <Address text={wait.url} label="Copy the address" /> : null;
}
