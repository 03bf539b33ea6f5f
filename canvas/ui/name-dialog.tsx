import { type ReactNode, useId, useState } from "react";
import { Field } from "./field.tsx";
import { FormDialog, type FormDialogProps } from "./form-dialog.tsx";
import { Input } from "./input.tsx";

export interface NameDialogProps extends Pick<FormDialogProps, "title" | "description" | "busy" | "onClose"> {
  /** What it is called now; empty for a new thing. */
  name: string;
  label?: string;
  placeholder?: string;
  /** The verb on the button, for what was typed. */
  submit?: (name: string) => string;
  /** Whether what was typed can be sent; absent: anything but nothing. */
  ready?: (name: string) => boolean;
  /** Why the last one was not taken. */
  problem: string | undefined;
  onSubmit(name: string): void;
  /** Other fields. */
  children?: ReactNode;
}

/** Asks what something is called. The name that is sent has no space around it. */
export function NameDialog({ name, label = "Name", placeholder, submit, ready, problem, onSubmit, children, ...rest }: NameDialogProps) {
  const [typed, setTyped] = useState(name);
  const id = useId();
  const wanted = typed.trim();
  const isReady = ready ? ready(wanted) : wanted !== "";
  return (
    <FormDialog {...rest} submit={submit?.(wanted) ?? "Save"} ready={isReady} onSubmit={() => onSubmit(wanted)}>
      <Field label={label} htmlFor={id} required={!ready} errors={problem === undefined ? [] : [problem]}>
        <Input
          id={id}
          autoFocus
          maxLength={200}
          placeholder={placeholder}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
      </Field>
      {children}
    </FormDialog>
  );
}
