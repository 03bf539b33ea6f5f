import { useState } from "react";
import { toast } from "sonner";
import { type Credential, listCredentials, rotateCredential } from "#server/contract/credentials.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
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
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="rotate" busy={form.isBusy}>
        Rotate
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`A new secret for "${credential.name}"`}
      description="It takes the place of the present one from the next call on, also in runs that go on. End the old one at the service afterwards."
      actions={actions}
    >
      <form id="rotate" autoComplete="off" className="flex flex-col gap-4" {...form.formProps(() => ({ secret }))}>
        {errors.length === 0 && <FormError text={form.problem} />}
        <SecretField label={KIND_WORDS[credential.settings.kind].secret} required value={secret} onChange={setSecret} errors={errors} />
      </form>
    </Dialog>
  );
}
