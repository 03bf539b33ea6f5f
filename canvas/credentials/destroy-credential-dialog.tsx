import { useState } from "react";
import { toast } from "sonner";
import { type Credential, deleteCredential, listCredentials, listCredentialUses } from "#server/contract/credentials.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";

/** Destroys a credential; one that graphs use only when it is said twice. */
export function DestroyCredentialDialog({ credential, onClose }: { credential: Credential; onClose(): void }) {
  const [isSure, setSure] = useState(false);
  const uses = useApi(listCredentialUses, { params: { id: credential.id } });
  const destroy = useChange(deleteCredential, { stale: [listCredentials] });
  const isUsed = (uses.data?.items.length ?? 0) > 0 || uses.data?.more === true || hasCode(destroy.error, "conflict");
  const confirm = () =>
    destroy.mutate(
      { params: { id: credential.id }, query: { anyway: isSure ? "1" : "0" } },
      {
        onSuccess: () => {
          toast.success(`"${credential.name}" is destroyed`);
          onClose();
        },
      },
    );
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="danger" busy={destroy.isPending} disabled={isUsed && !isSure} onClick={confirm}>
        Destroy
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Destroy "${credential.name}"?`}
      description="Its secret is erased with all its versions, and cannot be brought back. End it at the service as well."
      actions={actions}
    >
      <div className="flex flex-col gap-3">
        {destroy.error && !hasCode(destroy.error, "conflict") && <FormError text={errorText(destroy.error)} />}
        {isUsed && (
          <>
            <p className="text-sm">These graphs use it. Their nodes fail until they name another credential:</p>
            <ul className="list-disc pl-5 text-sm">
              {uses.data?.items.map((use) => (
                <li key={`${use.graph} ${use.published}`}>
                  {use.graphName}
                  {use.published && " (published)"}
                </li>
              ))}
              {uses.data?.more && <li>perhaps more</li>}
            </ul>
            <label className="flex items-center gap-2 text-sm">
              <input type="checkbox" className="accent-(--accent-fill)" checked={isSure} onChange={(event) => setSure(event.target.checked)} />
              Destroy it anyway
            </label>
          </>
        )}
      </div>
    </Dialog>
  );
}
