import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

export interface ConfirmDialogProps {
  open: boolean;
  title: string;
  text: string;
  /** The verb on the button. */
  confirm: string;
  onConfirm(): void;
  onClose(): void;
  busy?: boolean;
}

/** Asks before something that is hard to take back. */
export function ConfirmDialog({ open, title, text, confirm, onConfirm, onClose, busy = false }: ConfirmDialogProps) {
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="danger" busy={busy} onClick={onConfirm}>
        {confirm}
      </Button>
    </>
  );
  return <Dialog open={open} onClose={onClose} title={title} description={text} actions={actions} />;
}
