import { useState } from "react";
import { findUnsafeJson, type Json } from "#runtime/graph/json.ts";
import { TextArea } from "../ui/input.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { isExpression } from "./typed-value.ts";

type Parsed = { ok: true; value: Json | undefined } | { ok: false; message: string };

/** Any JSON as text. What is not JSON yet stays in the control and is not written. */
export function JsonControl({ id, value, onChange, invalid, expression }: ControlProps & { expression: boolean }) {
  const { readOnly } = useForm();
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const parsed = draft === undefined ? undefined : parseJson(draft, expression);
  const isCurrent = parsed && (!parsed.ok || JSON.stringify(parsed.value) === JSON.stringify(value));
  return (
    <div className="flex flex-col gap-1">
      <TextArea
        id={id}
        mono
        value={isCurrent && draft !== undefined ? draft : toText(value)}
        invalid={invalid || parsed?.ok === false}
        placeholder={expression ? '{ "name": "{{ inputs.name }}" }' : "{ }"}
        readOnly={readOnly}
        onChange={(event) => {
          setDraft(event.target.value);
          const next = parseJson(event.target.value, expression);
          if (next.ok) onChange(next.value);
        }}
        onBlur={() => parsed?.ok && setDraft(undefined)}
      />
      {parsed?.ok === false && <p className="text-danger text-xs">{parsed.message}</p>}
    </div>
  );
}

function toText(value: Json | undefined): string {
  if (value === undefined) return "";
  return isExpression(value) ? value : JSON.stringify(value, null, 2);
}

function parseJson(text: string, expression: boolean): Parsed {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    const value: Json = JSON.parse(text);
    const unsafe = findUnsafeJson(value);
    return unsafe ? { ok: false, message: `The value at "${unsafe.path || "/"}" ${unsafe.reason}.` } : { ok: true, value };
  } catch (error) {
    if (expression && text.trimStart().startsWith("{{")) return { ok: true, value: text };
    return { ok: false, message: error instanceof SyntaxError ? `Not JSON yet: ${error.message}` : "Not JSON yet." };
  }
}
