import { useState } from "react";
import { addWorkflowVersion, listWorkflows, listWorkflowVersions, readWorkflow, type WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { errorText } from "../api/api-problem.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { MissingClasses, Notice } from "./notices.tsx";
import { ServerSelect, useServerChoice } from "./server-select.tsx";
import { useReadSource } from "./use-read-source.ts";
import { type BroughtWorkflow, WorkflowSource } from "./workflow-source.tsx";

const FORM = "replace-workflow";

/** A new version of another file; what is offered keeps its names where the file still has it. */
export function ReplaceDialog({ workflow, onClose }: { workflow: WorkflowDetail; onClose(): void }) {
  const { servers, problems, connection, choose } = useServerChoice();
  const [brought, setBrought] = useState<BroughtWorkflow | undefined>(undefined);
  const [note, setNote] = useState("");
  const read = useReadSource(brought?.source, connection);
  const form = useRouteForm(addWorkflowVersion, {
    given: { params: { id: workflow.id } },
    stale: [readWorkflow, listWorkflows, listWorkflowVersions],
    onDone: onClose,
  });
  const isFatal = read.data !== undefined && read.data.missing.length > 0 && read.data.content.format === "ui";
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New version from a file"
      description="Inputs and outputs that the file still has keep their names. Graphs that name an older version by its number stay with it."
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form={FORM} busy={form.isBusy} disabled={!read.data || isFatal}>
            Make a new version
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        {...form.formProps(() => ({ after: workflow.version, note, source: brought?.source, ...(connection && { connection }) }))}
      >
        <WorkflowSource brought={brought} onBring={setBrought} />
        <Field label="Server" htmlFor="replace-workflow-server" errors={problems}>
          <ServerSelect id="replace-workflow-server" servers={servers} value={connection} none="Ask none" onChange={choose} />
        </Field>
        <Field label="What is new" htmlFor="replace-workflow-note" errors={form.errorsAt("/note")}>
          <Input id="replace-workflow-note" value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
        </Field>
        {read.error && brought && <FormError text={errorText(read.error)} />}
        {read.data && <MissingClasses missing={read.data.missing} isFatal={isFatal} />}
        {read.data?.warnings.map((warning) => (
          <Notice key={warning} tone="warning">
            {warning}
          </Notice>
        ))}
        {form.problem !== undefined && <FormError text={form.problem} />}
      </form>
    </Dialog>
  );
}
