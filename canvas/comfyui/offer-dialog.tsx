import { useState } from "react";
import { addWorkflowVersion, listWorkflows, listWorkflowVersions, readWorkflow, type WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { OfferedPartsList, offeredOf } from "./offered-parts.tsx";

const FORM = "offer-workflow";

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
    <Dialog
      open
      wide
      onClose={onClose}
      title="Inputs and outputs"
      description="This makes a new version. Graphs that name an older one by its number stay with it."
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form={FORM} busy={form.isBusy}>
            Make a new version
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        {...form.formProps(() => ({ after: workflow.version, offered, ...(number !== workflow.version && { again: number }) }))}
      >
        <OfferedPartsList content={content} offered={offered} onChange={setOffered} />
        {form.problem !== undefined && <FormError text={form.problem} />}
      </form>
    </Dialog>
  );
}
