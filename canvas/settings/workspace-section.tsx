import { useState } from "react";
import { toast } from "sonner";
import { type Membership, readSession } from "#server/contract/session.ts";
import { renameWorkspace } from "#server/contract/workspaces.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Card, Section } from "../ui/section.tsx";

export function WorkspaceSection({ workspace }: { workspace: Membership }) {
  const [name, setName] = useState(workspace.name);
  const whyNot = useWhyNotByRole("workspace.manage");
  const form = useRouteForm(renameWorkspace, {
    given: { params: { id: workspace.id } },
    stale: [readSession],
    onDone: () => toast.success("The workspace has its new name"),
  });
  const told = form.errorsAt("/name");
  const errors = told.length > 0 || form.problem === undefined ? told : [form.problem];
  return (
    <Section title="Workspace">
      <Card>
        <form {...form.formProps(() => ({ name }))}>
          <Field label="Name" htmlFor="settings-name" errors={errors} description={whyNot}>
            <div className="flex gap-2">
              <Input id="settings-name" maxLength={200} readOnly={whyNot !== undefined} value={name} onChange={(event) => setName(event.target.value)} />
              <MayButton action="workspace.manage" type="submit" look="primary" className="h-8" busy={form.isBusy} disabled={name === workspace.name}>
                Rename
              </MayButton>
            </div>
          </Field>
        </form>
      </Card>
    </Section>
  );
}
