import { type ComponentProps, type FormEvent, type ReactNode, useId } from "react";
import { Button } from "./button.tsx";
import { Dialog, type DialogProps } from "./dialog.tsx";

export interface FormDialogProps extends Pick<DialogProps, "title" | "description" | "wide" | "onClose"> {
  /** The verb on the button. */
  submit: string;
  /** What leaves without it. */
  cancel?: string;
  /** It is hard to take back. */
  danger?: boolean;
  busy?: boolean;
  /** Whether it can be sent as it is. */
  ready?: boolean;
  /** Of the `form` element, such as those of `useRouteForm`. */
  form?: Pick<ComponentProps<"form">, "ref" | "noValidate" | "onSubmit" | "autoComplete">;
  /** Called when it is ready; in place of `form.onSubmit`. */
  onSubmit?(): void;
  children: ReactNode;
}

/** A few fields above the page, and the button that sends them. */
export function FormDialog({
  submit,
  cancel = "Cancel",
  danger = false,
  busy = false,
  ready = true,
  form,
  onSubmit,
  onClose,
  children,
  ...rest
}: FormDialogProps) {
  const id = useId();
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        {cancel}
      </Button>
      <Button look={danger ? "danger" : "primary"} type="submit" form={id} busy={busy} disabled={!ready}>
        {submit}
      </Button>
    </>
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    // a form in a dialog that a form opened is its own
    event.stopPropagation();
    if (ready && !busy) onSubmit?.();
  };
  return (
    <Dialog open onClose={onClose} actions={actions} {...rest}>
      <form id={id} className="flex flex-col gap-4" {...form} onSubmit={form?.onSubmit ?? send}>
        {children}
      </form>
    </Dialog>
  );
}
