import { ListTree, RotateCw, Square, UserRound } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { toast } from "sonner";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { listApprovals } from "#server/contract/approvals.ts";
import type { ChatTurn } from "#server/contract/chats.ts";
import { cancelRun } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { StoredFile } from "../files/stored-file.tsx";
import { type CitedPassage, passagesOf } from "../knowledge/cited-passages.ts";
import { Citations } from "../knowledge/passage-list.tsx";
import { FailureView } from "../runs/failure-view.tsx";
import { formatDollars } from "../runs/format-dollars.ts";
import { GateCard } from "../runs/gates/gate-card.tsx";
import { gateTitle } from "../runs/gates/gate-words.ts";
import { isFinal } from "../runs/run-store.ts";
import { StoredValueView } from "../runs/stored-value-view.tsx";
import { MayButton } from "../session/may-button.tsx";
import { announce } from "../ui/announce.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import type { Traces } from "./follow-trace.ts";
import { aroundAnswer, blocksBefore, childrenOf } from "./run-trace.ts";
import { TraceBlocks, Writing } from "./trace-blocks.tsx";
import type { Message } from "./use-chat.ts";
import { useTrace } from "./use-trace.ts";

/** What changes is told live; this is for when that is not heard. */
const GATES_MS = 5_000;
const IMAGE_HEIGHT = 200;

export interface ChatTurnViewProps {
  graph: GraphId;
  turn: ChatTurn;
  /** What happened is asked for at once, and not when somebody wants to see it. */
  isRecent: boolean;
  /** Something else goes on: nothing can be said again now. */
  isBusy: boolean;
  onSayAgain(message: Message): void;
  /** It may be over. */
  onEnded(): void;
}

/** One message and all that became of it. */
export function ChatTurnView({ graph, turn, isRecent, isBusy, onSayAgain, onEnded }: ChatTurnViewProps) {
  const [isAsked, setAsked] = useState(false);
  const isLive = !isFinal(turn.state);
  const isShown = isRecent || isLive || isAsked;
  const traces = useTrace(turn.run, isShown);
  useEnd({ turn, traces, onEnded });
  return (
    <article aria-label={`Message ${turn.number}`} className="flex min-w-0 flex-col gap-3">
      <Said text={turn.text} files={turn.files} />
      <div className="flex min-w-0 flex-col gap-2.5">
        <Happened turn={turn} traces={traces} />
        <Answer turn={turn} traces={traces} />
        <TraceBlocks traces={traces} run={turn.run} blocks={aroundAnswer(traces.get(turn.run)?.blocks ?? [], turn).after} />
        {isLive && <Ongoing run={turn.run} traces={traces} />}
        {!isLive && (
          <footer className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-faint text-xs">
            {turn.answer !== null && <CopyButton label="Copy the answer" text={() => turn.answer ?? ""} />}
            <IconButton
              label="Ask again"
              size="small"
              icon={<RotateCw size={13} />}
              disabled={isBusy}
              onClick={() => onSayAgain({ text: turn.text, files: turn.files })}
            />
            {!isShown && <IconButton label="Show what it did" size="small" icon={<ListTree size={13} />} onClick={() => setAsked(true)} />}
            <span className="tabular-nums">{formatDollars(Number(turn.cost))}</span>
            <TimeAgo time={turn.createdAt} />
            <Link to={`/graphs/${graph}/runs/${turn.run}`} className="hover:text-accent hover:underline">
              Run
            </Link>
          </footer>
        )}
      </div>
    </article>
  );
}

/** What a person wrote. */
export function Said({ text, files, children }: Message & { children?: ReactNode }) {
  return (
    <div className="flex min-w-0 items-start justify-end gap-2">
      <div className="flex min-w-0 max-w-[85%] flex-col gap-2 rounded-xl rounded-tr-sm bg-accent-soft px-3.5 py-2">
        <p className="wrap-anywhere whitespace-pre-wrap text-sm">{text}</p>
        {files.map((file: FileValue) => (
          <StoredFile key={file.$asset} file={file} height={IMAGE_HEIGHT} />
        ))}
        {children}
      </div>
      <UserRound size={15} className="mt-2.5 shrink-0 text-ink-faint" aria-label="You" role="img" />
    </div>
  );
}

function Happened({ turn, traces }: { turn: ChatTurn; traces: Traces }) {
  const trace = traces.get(turn.run);
  if (!trace) return null;
  return (
    <>
      <TraceBlocks traces={withoutAnswer(traces, turn)} run={turn.run} blocks={aroundAnswer(trace.blocks, turn).before} />
      {turn.answer === null && <Writing trace={trace} />}
    </>
  );
}

/** An agent that was called by the graph says the answer, too. */
function withoutAnswer(traces: Traces, { answer }: ChatTurn): Traces {
  if (answer === null) return traces;
  return new Map([...traces].map(([run, trace]) => [run, { ...trace, blocks: blocksBefore(trace.blocks, answer) }]));
}

function Answer({ turn, traces }: { turn: ChatTurn; traces: Traces }) {
  const failure = traces.get(turn.run)?.ended?.failure;
  if (turn.failure !== null) {
    if (failure && turn.state !== "cancelled") return <FailureView failure={failure} />;
    return (
      <p role={turn.state === "cancelled" ? undefined : "alert"} className="wrap-anywhere rounded-md bg-hover px-3 py-2 text-ink-muted text-sm">
        {turn.state === "cancelled" ? "Stopped before it had answered." : turn.failure}
      </p>
    );
  }
  return (
    <>
      {turn.answer !== null && turn.output === null && (
        <div data-answer>
          <Markdown text={turn.answer} />
        </div>
      )}
      {turn.answer !== null && <Citations answer={turn.answer} searches={searchesOf(traces)} />}
      {turn.output !== null &&
        Object.entries(turn.output).map(([name, value]) => <StoredValueView key={name} runId={turn.run} name={name} value={{ type: "inline", value }} />)}
      {turn.answer === null && turn.state === "succeeded" && (
        <p className="text-ink-muted text-sm">It ended without an answer. Give the graph an output to have one here.</p>
      )}
    </>
  );
}

/** The passages that each search of the tools has found, in the order of the searches. */
function searchesOf(traces: Traces): CitedPassage[][] {
  const ended = [...traces.values()].flatMap(({ blocks }) => childrenOf(blocks).flatMap(({ purpose, ended }) => (purpose === "tool" && ended ? [ended] : [])));
  return ended.flatMap(({ outputs }) => Object.values(outputs).flatMap((value) => (value.type === "inline" ? [passagesOf(value.value)] : []))).filter(isKnown);
}

function isKnown<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

/** What goes on: where the run, or one it waits for, asks a person, that is decided here. */
function Ongoing({ run, traces }: { run: RunId; traces: Traces }) {
  const { data } = useApi(listApprovals, { query: { run, state: "pending", limit: 20 } }, { every: GATES_MS });
  const gates = data?.items ?? [];
  const told = gates.map(gateTitle).join(". ");
  useEffect(() => {
    if (told !== "") announce(`A decision is needed: ${told}`);
  }, [told]);
  return (
    <>
      {gates.map((gate) => (
        <GateCard key={gate.id} gate={gate} />
      ))}
      <Working run={run} doing={gates.length > 0 ? "Waiting for a decision" : doingOf(traces)} />
    </>
  );
}

function doingOf(traces: Traces): string {
  const calls = [...traces.values()].flatMap(({ blocks }) => childrenOf(blocks)).filter(({ purpose, ended }) => purpose === "tool" && !ended).length;
  if (calls > 0) return `Using ${calls === 1 ? "a tool" : `${calls} tools`}…`;
  return [...traces.values()].some(({ writing }) => writing.size > 0) ? "Writing…" : "Working…";
}

/** That it goes on, with what, and the way to stop it. */
function Working({ run, doing }: { run: RunId; doing: string }) {
  const cancel = useChange(cancelRun);
  const stop = () =>
    cancel.mutate(
      { params: { id: run }, body: { reason: "Stopped in the chat" } },
      { onSuccess: () => announce("Stopping."), onError: (error) => toast.error("It was not stopped", { description: errorText(error) }) },
    );
  return (
    <div className="flex items-center gap-2.5 text-ink-muted text-xs">
      <Spinner size={13} />
      {doing}
      <MayButton action="run.control" size="small" icon={<Square size={10} fill="currentColor" aria-hidden />} busy={cancel.isPending} onClick={stop}>
        Stop
      </MayButton>
    </div>
  );
}

/** Asks for the answer when the run is over, and reads it to who listens. */
function useEnd({ turn, traces, onEnded }: { turn: ChatTurn; traces: Traces; onEnded(): void }): void {
  const isLive = !isFinal(turn.state);
  const isOver = isLive && traces.get(turn.run)?.ended !== undefined;
  const ended = useRef(onEnded);
  ended.current = onEnded;
  useEffect(() => {
    if (isOver) ended.current();
  }, [isOver]);
  const wasLive = useRef(isLive);
  useEffect(() => {
    if (wasLive.current && !isLive) announce(turn.answer ?? turn.failure ?? "It has ended without an answer.");
    wasLive.current = isLive;
  }, [isLive, turn.answer, turn.failure]);
}
