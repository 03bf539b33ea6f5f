import { CornerRightDown } from "lucide-react";
import { Link } from "react-router";
import { workflowIdSchema } from "#runtime/graph/ids.ts";
import { listWorkflows, readWorkflow } from "#server/contract/comfy-workflows.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import { useSearch } from "../ui/use-search.ts";
import type { ControlProps } from "./form-context.ts";
import { LibrarySelect, listedBy } from "./library-select.tsx";

const NONE = workflowIdSchema.parse("workflow_none");

/** One of the ComfyUI workflows of the library. */
export function WorkflowControl(control: ControlProps) {
  const search = useSearch();
  const mayList = useMay("workflow.read");
  const chosen = workflowIdSchema.safeParse(control.value);
  const found = useApi(listWorkflows, { query: listedBy(search.settled) }, { enabled: mayList });
  const listed = found.data?.items.find((workflow) => workflow.id === chosen.data);
  const isUnlisted = chosen.success && !listed;
  const own = useApi(readWorkflow, { params: { id: chosen.data ?? NONE } }, { enabled: mayList && isUnlisted && found.data !== undefined });
  const workflow = listed ?? own.data;
  return (
    <LibrarySelect
      control={control}
      nouns={{ one: "workflow", all: "workflows" }}
      searchedBy="name or tag"
      action="workflow.read"
      search={search}
      found={found}
      detailOf={({ description }) => description}
      unlisted={isUnlisted ? { id: chosen.data, name: own.data?.name } : undefined}
    >
      {mayList && (
        <Link to={chosen.success ? `/comfyui/${chosen.data}` : "/comfyui"} className="flex items-center gap-1.5 self-start text-accent text-xs hover:underline">
          <CornerRightDown size={13} aria-hidden />
          {workflow ? `Look inside · newest version ${workflow.version}` : found.data?.items.length === 0 ? "Import a workflow" : "All workflows"}
        </Link>
      )}
    </LibrarySelect>
  );
}
