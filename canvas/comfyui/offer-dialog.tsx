import { useState } from "react";
import { addWorkflowVersion, listWorkflows, listWorkflowVersions, readWorkflow, type WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { OfferedPartsList, offeredOf } from "./offered-parts.tsx";

/** Which inputs and outputs are offered, and what they are called: a new version, because graphs go by them. */
export function OfferDialog({ workflow, onClose }: { workflow: WorkflowDetail; onClose(): void }) {
  const { content, number } = workflow.shown;
  const [offered, setOffered] = useState(() => offeredOf(content));
  const form = useRouteForm(addWorkflowVersion, {
    given: { params: { id: workflow.id } },
    stale: [readWorkflow, listWorkflows, listWorkflowVersions],
    onDone: onClose,
  });
  return (
    <FormDialog
      wide
      onClose={onClose}
      title="Inputs and outputs"
      description="This makes a new version. Graphs that name an older one by its number stay with it."
      submit="Make a new version"
      busy={form.isBusy}
      form={form.formProps(() => ({ after: workflow.version, offered, ...(number !== workflow.version && { again: number }) }))}
    >
      <OfferedPartsList content={content} offered={offered} onChange={setOffered} />
      {form.problem !== undefined && <FormError text={form.problem} />}
    </FormDialog>
  );
}
