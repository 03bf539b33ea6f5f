import { useState } from "react";
import { toast } from "sonner";
import { type Credential, listCredentials, rotateCredential } from "#server/contract/credentials.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { KIND_WORDS } from "./credential-words.ts";
import { SecretField } from "./secret-field.tsx";

/** Replaces the secret by a new one. */
export function RotateCredentialDialog({ credential, onClose }: { credential: Credential; onClose(): void }) {
  const [secret, setSecret] = useState("");
  const form = useRouteForm(rotateCredential, {
    given: { params: { id: credential.id } },
    stale: [listCredentials],
    onDone: ({ name, version }) => {
      toast.success(`"${name}" has a new secret`, { description: `Version ${version} is used from the next call on.` });
      onClose();
    },
  });
  const errors = form.errorsAt("/secret");
  return (
    <FormDialog
      onClose={onClose}
      title={`A new secret for "${credential.name}"`}
      description="It takes the place of the present one from the next call on, also in runs that go on. End the old one at the service afterwards."
      submit="Rotate"
      busy={form.isBusy}
      form={{ ...form.formProps(() => ({ secret })), autoComplete: "off" }}
    >
      {errors.length === 0 && <FormError text={form.problem} />}
      <SecretField label={KIND_WORDS[credential.settings.kind].secret} required value={secret} onChange={setSecret} errors={errors} />
    </FormDialog>
  );
}
