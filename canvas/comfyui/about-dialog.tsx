import { useState } from "react";
import { changeWorkflow, listWorkflows, listWorkflowTags, readWorkflow, type WorkflowDetail } from "#server/contract/comfy-workflows.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { FilePicker } from "../files/file-picker.tsx";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { type AboutDraft, AboutFields, tagsOf } from "./about-fields.tsx";

/** What is said of a workflow: its name, category, tags, and a picture that stands for it. */
export function AboutDialog({ workflow, onClose }: { workflow: WorkflowDetail; onClose(): void }) {
  const { name, description, category, tags, cover } = workflow;
  const [about, setAbout] = useState<AboutDraft>({ name, description, category, tags: tags.join(", ") });
  const [picture, setPicture] = useState<{ $asset: string; name: string; mediaType: string; bytes: number } | undefined>(
    cover === null ? undefined : { $asset: cover, name: "Picture", mediaType: "image/png", bytes: 0 },
  );
  const form = useRouteForm(changeWorkflow, {
    given: { params: { id: workflow.id } },
    stale: [readWorkflow, listWorkflows, listWorkflowTags],
    onDone: onClose,
  });
  return (
    <FormDialog
      wide
      onClose={onClose}
      title="Name, category and tags"
      description="All versions share them."
      submit="Save"
      busy={form.isBusy}
      form={form.formProps(() => ({ ...about, tags: tagsOf(about.tags), cover: picture?.$asset ?? null }))}
    >
      <AboutFields value={about} onChange={setAbout} errorsAt={form.errorsAt} />
      <Field label="Picture" htmlFor="about-workflow-picture" description="Stands for it in the library.">
        <FilePicker id="about-workflow-picture" value={picture} onChange={setPicture} invalid={false} readOnly={false} accept="image/*" />
      </Field>
      {form.problem !== undefined && <FormError text={form.problem} />}
    </FormDialog>
  );
}
