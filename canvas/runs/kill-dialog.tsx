import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
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
  const isReady = reason.trim() !== "";
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Go back
      </Button>
      <Button look="danger" type="submit" form="kill-run" busy={busy} disabled={!isReady}>
        Kill the run
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Kill this run?"
      description="It ends for good. What runs now is aborted; what has happened outside stays."
      actions={actions}
    >
      <form
        id="kill-run"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void kill();
        }}
      >
        <Field label="Reason" htmlFor="kill-reason" description="Kept with the run, for whoever looks at it later." required>
          <Input id="kill-reason" autoFocus maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
