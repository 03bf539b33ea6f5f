import { useNavigate } from "react-router";
import { createAgent, listAgents } from "#server/contract/agents.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { NameDialog } from "../ui/name-dialog.tsx";

/** Makes an agent and opens it. */
export function NewAgentDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const create = useChange(createAgent, { stale: [listAgents] });
  return (
    <NameDialog
      title="New agent"
      description="It begins with short instructions, a memory for each conversation, and no tools."
      name=""
      placeholder="Support"
      submit={() => "Create"}
      busy={create.isPending}
      problem={create.error ? errorText(create.error) : undefined}
      onSubmit={(name) => create.mutate({ body: { name } }, { onSuccess: ({ id }) => void navigate(`/agents/${id}`) })}
      onClose={onClose}
    />
  );
}
