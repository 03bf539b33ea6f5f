import { useState } from "react";
import { listVariables, readVariable, type Variable, writeVariable } from "#server/contract/variables.ts";
import { errorsAt, errorText, hasCode } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { readValue, writeValue } from "./variables-page-value.ts";

export interface VariableDialogProps {
  /** The one to change; absent, a new one is made. */
  variable?: Variable;
  onClose(): void;
}

/** Makes a variable, or changes what one holds. */
export function VariableDialog({ variable, onClose }: VariableDialogProps) {
  const [name, setName] = useState(variable?.name ?? "");
  const [text, setText] = useState(variable ? writeValue(variable.value) : "");
  const [description, setDescription] = useState(variable?.description ?? "");
  const { save, isSaving, error, isTaken } = useSave(variable, onClose);
  const value = readValue(text);
  const isReady = name.trim() !== "" && value.ok;
  const submit = () => isReady && !isSaving && void save({ name: name.trim(), value: value.value, description });
  const nameErrors = isTaken ? [`There is a variable "${name.trim()}" already. Choose another name, or edit that one.`] : errorsAt(error, "/name");
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <MayButton action="variable.write" look="primary" type="submit" form="variable" busy={isSaving} disabled={!isReady}>
        {variable ? "Save" : "Add variable"}
      </MayButton>
    </>
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={variable ? `Change "${variable.name}"` : "Add a variable"}
      description="A value that all graphs of this workspace can read and change."
      actions={actions}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        submit();
      }}
    >
      <form
        id="variable"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <FormError text={error !== undefined && nameErrors.length === 0 ? errorText(error) : undefined} />
        {!variable && (
          <Field label="Name" htmlFor="variable-name" required errors={nameErrors} description="Letters, digits, `_`, `.` and `-`.">
            <Input id="variable-name" mono placeholder="orders.count" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
        )}
        <ValueField text={text} onChange={setText} message={text !== "" && !value.ok ? value.message : undefined} />
        <Field label="Description" htmlFor="variable-description">
          <Input id="variable-description" maxLength={1_000} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

function ValueField({ text, onChange, message }: { text: string; onChange(text: string): void; message: string | undefined }) {
  const keepAsText = (
    <Button look="quiet" size="small" onClick={() => onChange(JSON.stringify(text))}>
      Keep as text
    </Button>
  );
  return (
    <Field
      label="Value"
      htmlFor="variable-value"
      required
      errors={message === undefined ? [] : [message]}
      aside={message !== undefined && keepAsText}
      description='JSON, 64 KiB at most: `"a text"`, `42`, `true`, `["a", "b"]`, `{ "key": "value" }`. Ctrl+Enter saves.'
    >
      <TextArea id="variable-value" mono rows={6} value={text} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

type Draft = Pick<Variable, "name" | "value" | "description">;

/** Saves; a new variable never takes the place of one that is there. */
function useSave(variable: Variable | undefined, onSaved: () => void) {
  const write = useChange(writeVariable, { stale: [listVariables] });
  const [isLooking, setLooking] = useState(false);
  const [taken, setTaken] = useState(false);
  const [lookError, setLookError] = useState<unknown>(undefined);
  const save = async ({ name, value, description }: Draft) => {
    setTaken(false);
    setLookError(undefined);
    if (!variable) {
      setLooking(true);
      const found = await isThere(name).catch((error: unknown) => ({ error }));
      setLooking(false);
      if (typeof found === "object") return setLookError(found.error);
      if (found) return setTaken(true);
    }
    write.mutate({ params: { name }, body: { value, description } }, { onSuccess: onSaved });
  };
  return { save, isSaving: isLooking || write.isPending, error: lookError ?? write.error ?? undefined, isTaken: taken };
}

async function isThere(name: string): Promise<boolean> {
  try {
    await call(readVariable, { params: { name } });
    return true;
  } catch (error) {
    if (hasCode(error, "not-found")) return false;
    throw error;
  }
}
