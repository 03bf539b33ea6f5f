import { useState } from "react";
import type { z } from "zod";
import { type Role, roleSchema } from "#server/contract/access.ts";
import { invite, listInvitations } from "#server/contract/workspaces.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { ChoiceList } from "../runs/choice-list.tsx";
import { ROLE_OPTIONS, ROLE_WORDS } from "../session/roles.ts";
import { useSession } from "../session/use-session.ts";
import { Address } from "../ui/address.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";

type Made = z.output<typeof invite.answer>;
const CHOICES = ROLE_OPTIONS.map(({ value, label, detail }) => ({ value, label, text: detail }));

/** Makes an invitation; its link is shown this once. */
export function InviteDialog({ onClose }: { onClose(): void }) {
  const [made, setMade] = useState<Made | undefined>(undefined);
  return made ? <MadeInvitation made={made} onClose={onClose} /> : <InviteForm onMade={setMade} onClose={onClose} />;
}

function InviteForm({ onMade, onClose }: { onMade(made: Made): void; onClose(): void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const session = useSession();
  const form = useRouteForm(invite, { stale: [listInvitations], onDone: onMade });
  const errors = form.errorsAt("/email");
  return (
    <FormDialog
      onClose={onClose}
      title={`Invite to ${session?.workspace?.name ?? "the workspace"}`}
      description="The link works once, for seven days."
      submit={email.trim() !== "" && session?.signIn.mail ? "Send invitation" : "Make a link"}
      busy={form.isBusy}
      form={form.formProps(() => ({ email: email.trim() === "" ? null : email.trim(), role }))}
    >
      {errors.length === 0 && <FormError text={form.problem} />}
      <Field
        label="E-mail"
        htmlFor="invite-email"
        errors={errors}
        description={
          session?.signIn.mail
            ? "The link is sent there, and only this address can join with it. Leave it empty for a link that you send yourself."
            : "Only this address can join with the link. No mail server is set up, so you send the link yourself. Leave it empty to let whoever has the link join."
        }
      >
        <Input id="invite-email" type="email" placeholder="ann@example.org" maxLength={254} value={email} onChange={(event) => setEmail(event.target.value)} />
      </Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 font-medium text-ink-muted text-xs">Role</legend>
        <ChoiceList label="Role" options={CHOICES} value={role} onChange={(value) => setRole(roleSchema.parse(value))} />
      </fieldset>
    </FormDialog>
  );
}

function MadeInvitation({ made, onClose }: { made: Made; onClose(): void }) {
  const whom = made.email ?? "whoever has the link";
  const actions = (
    <Button look="primary" onClick={onClose}>
      Done
    </Button>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={made.sent ? `Sent to ${made.email}` : "Send this link"}
      description={`It lets ${whom} join as ${ROLE_WORDS[made.role].label.toLowerCase()}, once. It is shown only now.`}
      actions={actions}
    >
      <Address text={made.url} label="Copy the link" />
    </Dialog>
  );
}
