import { useEffect, useRef, useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { callToolLive, type ToolAnswer, type ToolProgress } from "./call-tool-live.ts";
import { historyKey, useToolHistory } from "./tool-history.ts";

type CallState =
  | { type: "none" }
  | { type: "called"; progress?: ToolProgress }
  | { type: "answered"; answer: ToolAnswer }
  | { type: "failed"; error: unknown }
  | { type: "stopped" };

/** Calls a tool from the playground: one call at a time, kept in the history. */
export function useToolCall(connection: ConnectionId, tool: string) {
  const [state, setState] = useState<CallState>({ type: "none" });
  const add = useToolHistory((history) => history.add);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (values: Readonly<Record<string, Json>>) => {
    running.current?.abort();
    const stopper = new AbortController();
    running.current = stopper;
    const began = Date.now();
    const keep = (isOk: boolean) =>
      add(historyKey(connection, tool), {
        id: crypto.randomUUID(),
        at: new Date(began).toISOString(),
        arguments: { ...values },
        isOk,
        duration: Date.now() - began,
      });
    setState({ type: "called" });
    try {
      const onProgress = (progress: ToolProgress) => stopper.signal.aborted || setState({ type: "called", progress });
      const answer = await callToolLive({ connection, tool, arguments: values, signal: stopper.signal, onProgress });
      keep(true);
      setState({ type: "answered", answer });
    } catch (error) {
      if (stopper.signal.aborted) {
        if (running.current === stopper) setState({ type: "stopped" });
        return;
      }
      keep(false);
      setState({ type: "failed", error });
    }
  };
  return { state, start: (values: Readonly<Record<string, Json>>) => void start(values), stop: () => running.current?.abort() };
}
