import { PauseCircle } from "lucide-react";
import type { ReactNode } from "react";
import type { Json } from "#runtime/graph/json.ts";
import type { AskedGate } from "#server/contract/approvals.ts";
import { useNameOf } from "../../session/use-name-of.ts";
import { Badge } from "../../ui/badge.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { StoredValueView } from "../stored-value-view.tsx";
import { detailsOf, type ProposedCall } from "./gate-details.ts";

/** What whoever decides has to see. `inPlace`: what stands in the place of a value, by the id of its call; undefined for the one value there is. */
export function ShownDetails({ gate, inPlace }: { gate: AskedGate; inPlace?: ((call: string | undefined) => ReactNode) | undefined }) {
  const details = detailsOf(gate);
  switch (details.type) {
    case "nothing":
      return inPlace?.(undefined) ?? null;
    case "other":
      return inPlace?.(undefined) ?? <Value gate={gate} name="What is proposed" value={details.value} />;
    case "question":
      return (
        <>
          <Held held={details.held} />
          {details.message.trim() !== "" && (
            <div className="wrap-anywhere text-sm">
              <Markdown text={details.message} />
            </div>
          )}
          {inPlace?.(undefined) ?? (details.value !== undefined && <Value gate={gate} name="Value" value={details.value} />)}
        </>
      );
    case "server-question":
      return (
        <>
          <Problem text={details.problem} />
          {details.message !== "" && <p className="wrap-anywhere whitespace-pre-wrap text-sm">{details.message}</p>}
          {details.page !== undefined && (
            <p className="wrap-anywhere text-sm">
              The server asks to visit{" "}
              <a href={details.page} target="_blank" rel="noreferrer" className="text-accent hover:underline">
                {details.page}
              </a>
              . Answer when you have been there.
            </p>
          )}
          {details.prompt !== undefined && <Value gate={gate} name="What a model would be asked" value={details.prompt} />}
          {inPlace?.(undefined)}
        </>
      );
    case "calls":
      return (
        <>
          <Problem text={details.problem} />
          {details.says.trim() !== "" && (
            <div className="wrap-anywhere rounded-md bg-sunken px-3 py-2 text-sm">
              <Markdown text={details.says} />
            </div>
          )}
          <ul aria-label="Calls" className="flex flex-col gap-3">
            {details.calls.map((call) => (
              <li key={call.id}>
                <Call gate={gate} call={call}>
                  {inPlace?.(call.id)}
                </Call>
              </li>
            ))}
          </ul>
        </>
      );
  }
}

/** Why it is asked again. */
function Problem({ text }: { text: string }) {
  return text === "" ? null : <p className="wrap-anywhere rounded-md bg-warning-soft px-3 py-2 text-sm">{text}</p>;
}

const EFFECTS = { pure: "computes", read: "reads", keyed: "writes", write: "writes" } as const;

function Call({ gate, call, children }: { gate: AskedGate; call: ProposedCall; children: ReactNode }) {
  const writes = call.effect === undefined || EFFECTS[call.effect] === "writes";
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">{call.title || call.tool}</span>
        {call.title !== undefined && call.title !== call.tool && <code className="text-ink-faint text-xs">{call.tool}</code>}
        <Badge tone={writes ? "warning" : "neutral"}>{call.effect ? EFFECTS[call.effect] : "may write"}</Badge>
      </p>
      {call.reason && <p className="wrap-anywhere text-ink-muted text-xs">{call.reason}</p>}
      {children ?? <Value gate={gate} name="Arguments" value={call.arguments ?? null} />}
    </div>
  );
}

function Value({ gate, name, value }: { gate: AskedGate; name: string; value: Json }) {
  return <StoredValueView runId={gate.run} name={name} value={{ type: "inline", value }} />;
}

function Held({ held }: { held: readonly { by: string | null; note: string; at: string }[] }) {
  const nameOf = useNameOf();
  if (held.length === 0) return null;
  return (
    <ul aria-label="On hold" className="flex flex-col gap-1 rounded-md bg-warning-soft px-3 py-2 text-sm">
      {held.map(({ by, note, at }) => (
        <li key={at} className="wrap-anywhere flex items-start gap-2">
          <PauseCircle size={14} className="mt-0.5 shrink-0" aria-hidden />
          <span>
            On hold since <TimeAgo time={at} />
            {by !== null && `, by ${nameOf(by)}`}
            {note !== "" && `: ${note}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
