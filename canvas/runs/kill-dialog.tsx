import { useState } from "react";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Input } from "../ui/input.tsx";

/** Asks for the reason that a kill is kept with. */
export function KillDialog({ onKill, onClose }: { onKill(reason: string): Promise<void>; onClose(): void }) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const kill = async () => {
    setBusy(true);
    await onKill(reason.trim());
    onClose();
  };
  return (
    <FormDialog
      title="Kill this run?"
      description="It ends for good. What runs now is aborted; what has happened outside stays."
      submit="Kill the run"
      cancel="Go back"
      danger
      busy={busy}
      ready={reason.trim() !== ""}
      onSubmit={() => void kill()}
      onClose={onClose}
    >
      <Field label="Reason" htmlFor="kill-reason" description="Kept with the run, for whoever looks at it later." required>
        <Input id="kill-reason" autoFocus maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </FormDialog>
  );
}
