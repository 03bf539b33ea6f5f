import { useState } from "react";
import { createWorkspace, type Workspace } from "#server/contract/workspaces.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { useSwitchWorkspace } from "../session/use-switch-workspace.ts";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";

/** Makes a workspace and goes there, to choose what to begin with. */
export function NewWorkspaceDialog({ onClose }: { onClose(): void }) {
  const form = useNewWorkspace();
  return (
    <FormDialog
      onClose={onClose}
      title="New workspace"
      description="Graphs, people, connections and credentials of their own. You own what you make."
      submit="Make workspace"
      busy={form.isBusy}
      form={form.formProps}
    >
      <WorkspaceNameField form={form} />
    </FormDialog>
  );
}

export type NewWorkspaceForm = ReturnType<typeof useNewWorkspace>;

export function useNewWorkspace() {
  const [name, setName] = useState("");
  const switchTo = useSwitchWorkspace();
  const { formProps, ...form } = useRouteForm(createWorkspace, { onDone: ({ id }: Workspace) => void switchTo(id, "/welcome") });
  return { ...form, name, setName, formProps: formProps(() => ({ name })) };
}

export function WorkspaceNameField({ form }: { form: NewWorkspaceForm }) {
  const errors = form.errorsAt("/name");
  return (
    <div className="flex flex-col gap-4">
      {errors.length === 0 && <FormError text={form.problem} />}
      <Field label="Name of the workspace" htmlFor="workspace-name" required errors={errors}>
        <Input id="workspace-name" placeholder="Studio North" maxLength={200} value={form.name} onChange={(event) => form.setName(event.target.value)} />
      </Field>
    </div>
  );
}
