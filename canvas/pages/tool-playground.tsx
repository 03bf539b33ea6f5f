import { Play, Square } from "lucide-react";
import { useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Tool } from "#server/contract/connections.ts";
import { ApiProblem, errorText } from "../api/api-problem.ts";
import { missingInput, startingInput } from "../app/run-input.ts";
import { Form } from "../inspector/form.tsx";
import { MayButton } from "../session/may-button.tsx";
import { AddToGraphButton } from "../tools/add-to-graph.tsx";
import { toolNode } from "../tools/offered-nodes.ts";
import { PastCalls } from "../tools/past-calls.tsx";
import { useToolCall } from "../tools/use-tool-call.ts";
import { Button } from "../ui/button.tsx";
import { NodeProgress } from "../ui/progress-bar.tsx";
import { ToolResult } from "./tool-result.tsx";

/** Calls a tool with values from a form made of its schema. */
export function ToolPlayground({ connection, tool }: { connection: ConnectionId; tool: Tool }) {
  const [values, setValues] = useState<Record<string, Json>>(() => startingInput(tool.inputSchema, {}));
  const [isTried, setTried] = useState(false);
  const { state, start, stop } = useToolCall(connection, tool.name);
  const missing = missingInput(tool.inputSchema, values).map(({ path }) => ({ path, message: "The tool needs this." }));
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const submit = () => {
    setTried(true);
    if (missing.length === 0) start(values);
  };
  const hasFields = Object.keys(tool.inputSchema.properties ?? {}).length > 0;
  const node = toolNode(connection, { ...tool, title: tool.title ?? tool.name }, values);
  return (
    <form
      aria-label={`Try ${tool.name}`}
      className="flex flex-col gap-4 rounded-md border border-line bg-board p-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {hasFields ? (
        <Form schema={tool.inputSchema} values={values} onChange={change} errors={isTried ? [...missing, ...refusedFields(state)] : []} />
      ) : (
        <p className="text-ink-muted text-xs">This tool takes nothing.</p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <MayButton action="connection.use" type="submit" icon={<Play size={13} aria-hidden />} busy={state.type === "called"} disabled={tool.quarantined}>
          Call
        </MayButton>
        {state.type === "called" && (
          <Button look="quiet" icon={<Square size={12} aria-hidden />} onClick={stop}>
            Stop
          </Button>
        )}
        <p className="min-w-0 flex-1 text-ink-faint text-xs">
          {tool.quarantined
            ? "It has to be approved first."
            : tool.readOnly
              ? "This calls the real tool."
              : "This calls the real tool, which may change something."}
        </p>
        {node && !tool.quarantined && <AddToGraphButton node={node} />}
      </div>
      <CallOutcome state={state} />
      <PastCalls connection={connection} tool={tool.name} onReuse={(past) => setValues({ ...past })} />
    </form>
  );
}

type CallState = ReturnType<typeof useToolCall>["state"];

function CallOutcome({ state }: { state: CallState }) {
  switch (state.type) {
    case "none":
      return null;
    case "called":
      return state.progress ? <Progress {...state.progress} /> : null;
    case "answered":
      return <ToolResult result={state.answer} />;
    case "stopped":
      return <p className="text-ink-muted text-xs">The call was stopped. What it did until then, it did.</p>;
    case "failed":
      return (
        <p role="alert" className="wrap-anywhere whitespace-pre-wrap rounded-md bg-danger-soft px-3 py-2 text-sm">
          {errorText(state.error)}
        </p>
      );
  }
}

function Progress({ progress, total, message }: { progress: number; total?: number | undefined; message?: string | undefined }) {
  return (
    <div role="status" className="text-xs">
      <NodeProgress value={progress} total={total} message={message} />
    </div>
  );
}

function refusedFields(state: CallState) {
  if (state.type !== "failed" || !(state.error instanceof ApiProblem)) return [];
  return state.error.errors.map(({ path, message }) => ({ path: path.replace(/^\/arguments/, ""), message }));
}
