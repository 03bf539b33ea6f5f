import { CornerRightDown } from "lucide-react";
import { Link } from "react-router";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import { listWorkflows, readWorkflow } from "#server/contract/comfy-workflows.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** Workflows listed at once; beyond them there is a search. */
const LISTED = 100;

/** One of the ComfyUI workflows of the library. */
export function WorkflowControl({ id, value, onChange, invalid }: ControlProps) {
  const { readOnly } = useForm();
  const search = useSearch();
  const mayList = useMay("workflow.read");
  const chosen = workflowIdSchema.safeParse(value);
  const query = { limit: LISTED, ...(search.settled !== "" && { search: search.settled }) };
  const { data, error } = useApi(listWorkflows, { query }, { enabled: mayList });
  const listed = data?.items.find((workflow) => workflow.id === chosen.data);
  const params = { id: chosen.data ?? workflowIdSchema.parse("workflow_none") };
  const current = useApi(readWorkflow, { params }, { enabled: mayList && chosen.success && data !== undefined && !listed });
  const options = (data?.items ?? []).map((workflow) => ({ value: workflow.id as string, label: workflow.name, detail: workflow.description }));
  const isLong = data?.nextCursor !== undefined || search.typed !== "";
  const workflow = listed ?? current.data;
  return (
    <div className="flex flex-col gap-1.5">
      {isLong && !readOnly && (
        <Input aria-label="Search workflows" placeholder="Search by name or tag" value={search.typed} onChange={(event) => search.set(event.target.value)} />
      )}
      <Select
        id={id}
        value={chosen.data}
        options={chosen.success && !listed ? [...options, { value: chosen.data, label: current.data?.name ?? chosen.data }] : options}
        onChange={onChange}
        invalid={invalid}
        disabled={readOnly}
        placeholder={data && data.items.length === 0 ? "No workflows yet" : "Choose a workflow…"}
      />
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
      {!readOnly && <MembersOnly action="workflow.read" what="workflows" />}
      {mayList && (
        <Link to={chosen.success ? `/comfyui/${chosen.data}` : "/comfyui"} className="flex items-center gap-1.5 self-start text-accent text-xs hover:underline">
          <CornerRightDown size={13} aria-hidden />
          {workflow ? `Look inside · newest version ${workflow.version}` : data?.items.length === 0 ? "Import a workflow" : "All workflows"}
        </Link>
      )}
    </div>
  );
}
