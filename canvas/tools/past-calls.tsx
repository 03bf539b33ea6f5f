import { CircleCheck, CircleX, RotateCcw } from "lucide-react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { Button } from "../ui/button.tsx";
import { formatDuration, TimeAgo } from "../ui/time-ago.tsx";
import { historyKey, type PastCall, useToolHistory } from "./tool-history.ts";

const NONE: readonly PastCall[] = [];

export interface PastCallsProps {
  connection: ConnectionId;
  tool: string;
  onReuse(values: Readonly<Record<string, Json>>): void;
}

/** The last calls of a tool from this browser tab, to be made again. */
export function PastCalls({ connection, tool, onReuse }: PastCallsProps) {
  const key = historyKey(connection, tool);
  const calls = useToolHistory((history) => history.calls[key]) ?? NONE;
  const clear = useToolHistory((history) => history.clear);
  if (calls.length === 0) return null;
  return (
    <section aria-label="Last calls" className="flex flex-col gap-1.5 border-line border-t pt-3">
      <header className="flex items-center gap-2">
        <h4 className="flex-1 font-medium text-ink-muted text-xs">
          Last calls <span className="font-normal text-ink-faint">until this tab is closed</span>
        </h4>
        <Button look="quiet" size="small" onClick={() => clear(key)}>
          Forget
        </Button>
      </header>
      <ul className="flex flex-col">
        {calls.map((call) => (
          <li key={call.id} className="flex items-center gap-2 text-xs">
            {call.isOk ? (
              <CircleCheck size={13} className="shrink-0 text-succeeded" aria-label="Answered" />
            ) : (
              <CircleX size={13} className="shrink-0 text-failed" aria-label="Failed" />
            )}
            <code className="min-w-0 flex-1 truncate text-ink-muted">{JSON.stringify(call.arguments)}</code>
            <span className="shrink-0 text-ink-faint">
              {formatDuration(call.duration)} · <TimeAgo time={call.at} />
            </span>
            <Button look="quiet" size="small" icon={<RotateCcw size={12} aria-hidden />} onClick={() => onReuse(call.arguments)}>
              Use again
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
