import { useState } from "react";
import { useNavigate } from "react-router";
import { createAgent, listAgents } from "#server/contract/agents.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

/** Makes an agent and opens it. */
export function NewAgentDialog({ onClose }: { onClose(): void }) {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const create = useChange(createAgent, { stale: [listAgents] });
  const isReady = name.trim() !== "";
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="new-agent" busy={create.isPending} disabled={!isReady}>
        Create
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="New agent"
      description="It begins with short instructions, a memory for each conversation, and no tools."
      actions={actions}
    >
      <form
        id="new-agent"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) create.mutate({ body: { name: name.trim() } }, { onSuccess: ({ id }) => void navigate(`/agents/${id}`) });
        }}
      >
        <Field label="Name" htmlFor="agent-name" required errors={create.error ? [errorText(create.error)] : []}>
          <Input id="agent-name" autoFocus maxLength={200} placeholder="Support" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
