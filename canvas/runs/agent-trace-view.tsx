import { Brain, ChevronRight, SearchX, Wrench } from "lucide-react";
import { useState } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { StoredFile } from "../files/stored-file.tsx";
import { useNameOf } from "../session/use-name-of.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { formatDuration } from "../ui/time-ago.tsx";
import { readTurn, type TracedCall, type TracedTurn, turnHas, turnsOf } from "./agent-trace.ts";
import { formatDollars } from "./format-dollars.ts";
import { RunReference } from "./run-reference.tsx";
import { RunSection } from "./run-section.tsx";
import type { RunView } from "./run-view.ts";
import { useStoredValues } from "./use-stored-values.ts";

/** Pixels a picture may be high. */
const PICTURE_HEIGHT = 200;
/** Turns that are shown at first: the last ones. */
const SHOWN = 20;

/** What an agent thought, said, wanted and was let to do, turn by turn. Nothing for a node that asks no model. */
export function AgentTrace({ view, run }: { view: RunView; run: NodeRun }) {
  const known = turnsOf(run);
  return known.length === 0 ? null : <Trace view={view} run={run} />;
}

function Trace({ view, run }: { view: RunView; run: NodeRun }) {
  const known = turnsOf(run);
  const [search, setSearch] = useState("");
  const [isWhole, setWhole] = useState(false);
  const taken = isWhole || search !== "" ? known : known.slice(-SHOWN);
  const stored = taken.flatMap(({ turn, decisions, results }) => [turn, decisions, results].filter((value) => value !== undefined));
  const loaded = useStoredValues(view.runId, stored);
  const loadedOf = (value: (typeof stored)[number] | undefined) => (value === undefined ? undefined : loaded[stored.indexOf(value)]);
  const turns = taken.map(({ number, turn, decisions, results }) =>
    readTurn(run, { number, turn: loadedOf(turn), decisions: loadedOf(decisions), results: loadedOf(results) }),
  );
  const shown = turns.filter((turn) => turnHas(turn, search));
  return (
    <RunSection title="Reasoning and decisions" aside={known.length === 1 ? "1 turn" : `${known.length} turns`}>
      <div className="flex flex-col gap-3">
        <SearchInput label="Search in the turns" placeholder="Words, tools, people" value={search} onChange={setSearch} />
        {taken.length < known.length && (
          <Button size="small" look="quiet" className="self-start" onClick={() => setWhole(true)}>
            Show {known.length - taken.length} earlier turns
          </Button>
        )}
        {shown.length === 0 && (
          <p className="flex items-center gap-2 text-ink-muted text-xs">
            <SearchX size={14} aria-hidden />
            No turn has these words in it.
          </p>
        )}
        <ol aria-label="Turns" className="flex flex-col gap-3">
          {shown.map((turn) => (
            <Turn key={turn.number} turn={turn} live={view.live} graph={view.summary?.graph} />
          ))}
        </ol>
      </div>
    </RunSection>
  );
}

function Turn({ turn, live, graph }: { turn: TracedTurn; live: boolean; graph: GraphId | undefined }) {
  return (
    <li aria-label={`Turn ${turn.number}`} className="flex flex-col gap-2 rounded-md border border-line p-2.5">
      <p className="flex items-center gap-2 text-2xs text-ink-faint tabular-nums">
        <span className="font-medium text-ink-muted text-xs">Turn {turn.number}</span>
        <span className="ml-auto truncate text-right">{factsOf(turn)}</span>
      </p>
      {turn.isUnderWay && (
        <p className="flex items-center gap-2 text-ink-muted text-xs">
          {live && <Spinner size={12} />}
          {live ? "The model is asked." : "The run ended before the model had answered."}
        </p>
      )}
      {turn.reasoning !== "" && (
        <details className="group text-xs">
          <summary className="flex list-none items-center gap-1.5 rounded-sm text-ink-muted hover:text-ink">
            <Brain size={13} aria-hidden />
            Reasoning
            <ChevronRight size={12} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
          </summary>
          <div className="mt-1.5 border-line border-l-2 pl-2.5 text-ink-muted">
            <Markdown text={turn.reasoning} dense />
          </div>
        </details>
      )}
      {turn.text !== "" && <Markdown text={turn.text} dense />}
      {turn.images.map((image) => (
        <StoredFile key={image.$asset} file={image} height={PICTURE_HEIGHT} />
      ))}
      {turn.calls.map((call) => (
        <Call key={call.id} call={call} graph={graph} />
      ))}
    </li>
  );
}

function factsOf({ model, inputTokens, outputTokens, dollars, tookMs }: TracedTurn): string {
  const facts = [
    model,
    inputTokens !== undefined && outputTokens !== undefined && `${inputTokens.toLocaleString("en")} → ${outputTokens.toLocaleString("en")} tokens`,
    dollars !== undefined && dollars > 0 && formatDollars(dollars),
    tookMs !== undefined && formatDuration(tookMs),
  ];
  return facts.filter((fact) => typeof fact === "string").join(" · ");
}

const OUTCOMES: Readonly<Record<string, { label: string; tone: "neutral" | "accent" | "danger" | "warning" }>> = {
  allowed: { label: "Allowed by the rules", tone: "neutral" },
  approved: { label: "Approved", tone: "accent" },
  edited: { label: "Edited", tone: "warning" },
  rejected: { label: "Rejected", tone: "danger" },
  dropped: { label: "Taken out", tone: "danger" },
  invalid: { label: "Not valid", tone: "danger" },
  denied: { label: "Denied by a rule", tone: "danger" },
  blocked: { label: "Blocked by the safety check", tone: "danger" },
};

/** A call that was planned: what was decided of it and by whom, its arguments, and what came of it. */
function Call({ call, graph }: { call: TracedCall; graph: GraphId | undefined }) {
  const nameOf = useNameOf();
  const { tool, outcome, by, reason, note, score, before, result, run } = call;
  const look =
    outcome === undefined ? { label: "Not decided yet", tone: "warning" as const } : (OUTCOMES[outcome] ?? { label: outcome, tone: "neutral" as const });
  return (
    <section aria-label={`Planned call of ${tool}`} data-outcome={outcome} className="flex min-w-0 flex-col gap-1.5 rounded-md bg-sunken p-2 text-xs">
      <p className="flex min-w-0 items-center gap-1.5">
        <Wrench size={13} aria-hidden className="shrink-0 text-ink-faint" />
        <span className="min-w-0 truncate font-medium font-mono">{tool}</span>
        <span className="ml-auto shrink-0">
          <Badge tone={look.tone}>{look.label}</Badge>
        </span>
      </p>
      {before !== undefined && (
        <Part title="Proposed">
          <JsonView value={before} />
        </Part>
      )}
      <Part title={before === undefined ? "Arguments" : "Changed to"}>
        <JsonView value={call.arguments ?? {}} />
      </Part>
      {(by !== undefined || score !== undefined) && (
        <p className="text-ink-muted">
          {[by !== undefined && `Decided by ${nameOf(by)}.`, score !== undefined && `Safety score ${score.toFixed(2)}.`]
            .filter((part) => part !== false)
            .join(" ")}
        </p>
      )}
      {reason !== undefined && <p className="wrap-anywhere text-ink-muted">{reason}</p>}
      {note !== undefined && note !== "" && <p className="wrap-anywhere text-ink-muted">“{note}”</p>}
      {result && (
        <Part title={result.isError ? "Told the model (error)" : "Answer"}>
          <p className={`wrap-anywhere line-clamp-6 whitespace-pre-wrap ${result.isError ? "text-danger" : ""}`}>
            {result.text === "" ? "(no text)" : result.text}
          </p>
        </Part>
      )}
      {run && (
        <p className="flex items-center gap-1.5 text-ink-faint">
          Run: <RunReference run={run} graph={graph} />
        </p>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <p className="text-2xs text-ink-faint">{title}</p>
      {children}
    </div>
  );
}
