import { Play } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { createGraph, listGraphs } from "#server/contract/graphs.ts";
import { listRuns, startRun } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { missingInput, startingInput } from "../app/run-input.ts";
import { Form } from "../inspector/form.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { ServerSelect, useComfyServers } from "./server-select.tsx";
import { tryGraph } from "./try-graph.ts";

/** Runs a workflow with what is filled in: in a graph of its own, where it can be watched, changed and run again. */
export function TryDialog({ workflow, onClose }: { workflow: WorkflowDetail; onClose(): void }) {
  const navigate = useNavigate();
  const { servers, problem: noServers } = useComfyServers();
  const schema = workflow.shown.form as JsonSchema;
  const [values, setValues] = useState<Record<string, Json>>(() => startingInput(schema, {}));
  const [server, setServer] = useState<ConnectionId | undefined>(undefined);
  const [isTried, setTried] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const create = useChange(createGraph, { stale: [listGraphs] });
  const start = useChange(startRun, { stale: [listRuns] });
  const missing = missingInput(schema, values);
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const run = async () => {
    setTried(true);
    setProblem(undefined);
    if (missing.length > 0) return;
    const graph = tryGraph(workflow, { values, ...(server && { connection: server }) });
    if (!graph) return;
    try {
      const { id } = await create.mutateAsync({ body: { graph } });
      const { id: started } = await start.mutateAsync({ params: { id }, body: {} });
      void navigate(`/graphs/${id}/runs/${started}`);
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Try “${workflow.name}”`}
      description="A graph is made for it, where you can watch it, change it and run it again."
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            busy={create.isPending || start.isPending}
            icon={<Play size={14} fill="currentColor" aria-hidden />}
            onClick={() => void run()}
          >
            Run
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Form schema={schema} values={values} onChange={change} errors={isTried ? missing : []} />
        <Field label="Server" htmlFor="try-workflow-server" errors={noServers === undefined ? [] : [noServers]}>
          <ServerSelect id="try-workflow-server" servers={servers ?? []} value={server} none="The one with the shortest queue" onChange={setServer} />
        </Field>
        {problem !== undefined && <FormError text={problem} />}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
