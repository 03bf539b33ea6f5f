import { Play } from "lucide-react";
import { useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { callTool, type Tool } from "#server/contract/connections.ts";
import { ApiProblem, errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { missingInput, startingInput } from "../app/run-input.ts";
import { Form } from "../inspector/form.tsx";
import { Button } from "../ui/button.tsx";
import { ToolResult } from "./tool-result.tsx";

/** Calls a tool with values from a form made of its schema. */
export function ToolPlayground({ connection, tool }: { connection: ConnectionId; tool: Tool }) {
  const [values, setValues] = useState<Record<string, Json>>(() => startingInput(tool.inputSchema, {}));
  const [isTried, setTried] = useState(false);
  const attempt = useChange(callTool);
  const missing = missingInput(tool.inputSchema, values).map(({ path }) => ({ path, message: "The tool needs this." }));
  const refused =
    attempt.error instanceof ApiProblem ? attempt.error.errors.map(({ path, message }) => ({ path: path.replace(/^\/arguments/, ""), message })) : [];
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const submit = () => {
    setTried(true);
    if (missing.length === 0) attempt.mutate({ params: { id: connection, name: tool.name }, body: { arguments: values } });
  };
  const hasFields = Object.keys(tool.inputSchema.properties ?? {}).length > 0;
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
        <Form schema={tool.inputSchema} values={values} onChange={change} errors={isTried ? [...missing, ...refused] : []} />
      ) : (
        <p className="text-ink-muted text-xs">This tool takes nothing.</p>
      )}
      <div className="flex items-center gap-3">
        <Button type="submit" icon={<Play size={13} aria-hidden />} busy={attempt.isPending} disabled={tool.quarantined}>
          Call
        </Button>
        <p className="text-ink-faint text-xs">
          {tool.quarantined
            ? "It has to be approved first."
            : tool.readOnly
              ? "This calls the real tool."
              : "This calls the real tool, which may change something."}
        </p>
      </div>
      {attempt.error && (
        <p role="alert" className="wrap-anywhere whitespace-pre-wrap rounded-md bg-danger-soft px-3 py-2 text-sm">
          {errorText(attempt.error)}
        </p>
      )}
      {attempt.data && <ToolResult result={attempt.data} />}
    </form>
  );
}
