import { History } from "lucide-react";
import { Link } from "react-router";
import { toast } from "sonner";
import { addWorkflowVersion, listWorkflows, listWorkflowVersions, readWorkflow, type WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { Badge } from "../ui/badge.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";

const PAGE = 50;

/** All versions, to be looked at, or gone back to. */
export function VersionList({ workflow }: { workflow: WorkflowDetail }) {
  const params = { id: workflow.id };
  const versions = useApiPages(
    {
      id: listWorkflowVersions.id,
      page: (cursor, signal) => call(listWorkflowVersions, { params, query: { limit: PAGE, ...(cursor && { cursor }) }, signal }),
    },
    params,
  );
  const add = useChange(addWorkflowVersion, { stale: [readWorkflow, listWorkflows, listWorkflowVersions] });
  const goBack = (number: number) =>
    add.mutate(
      { params, body: { after: workflow.version, again: number } },
      {
        onSuccess: ({ version }) => toast.success(`Version ${version} is what version ${number} was`),
        onError: (error) => toast.error("No version was made", { description: errorText(error) }),
      },
    );
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 px-6 py-5">
      <PagedList
        what="versions"
        query={versions}
        empty={<EmptyState icon={<History size={18} aria-hidden />} title="No versions" text="There is always at least one. Load the page again." />}
      >
        {(items) => (
          <ol aria-label="Versions" className="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">
            {items.map(({ number, note, createdAt }) => (
              <li key={number} className="flex items-center gap-3 px-3 py-2">
                <Link
                  to={number === workflow.version ? `/comfyui/${workflow.id}` : `/comfyui/${workflow.id}?version=${number}`}
                  className="font-medium text-accent text-sm hover:underline"
                >
                  Version {number}
                </Link>
                {number === workflow.version && <Badge tone="accent">Newest</Badge>}
                <span className="min-w-0 flex-1 truncate text-ink-muted text-sm">{note}</span>
                <span className="text-ink-muted text-xs">
                  <TimeAgo time={createdAt} />
                </span>
                {number !== workflow.version && (
                  <MayButton
                    action="workflow.edit"
                    size="small"
                    busy={add.isPending}
                    aria-label={`Go back to version ${number}`}
                    onClick={() => goBack(number)}
                  >
                    Go back to it
                  </MayButton>
                )}
              </li>
            ))}
          </ol>
        )}
      </PagedList>
    </div>
  );
}
