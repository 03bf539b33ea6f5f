import { useId, useMemo } from "react";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { FieldControl } from "./field-control.tsx";
import { FormContext, type FormSurroundings } from "./form-context.ts";
import { FormFields } from "./form-fields.tsx";
import { formFields } from "./form-model.ts";

export interface FormProps extends Partial<Pick<FormSurroundings, "readOnly" | "recordEdits" | "readables" | "nodeType" | "knowledge" | "node" | "textAt">> {
  /** Of an object. */
  schema: JsonSchema;
  values: Readonly<Record<string, Json>>;
  onChange(name: string, value: Json | undefined): void;
  /** What is wrong, by JSON pointer. */
  errors: readonly { path: string; message: string }[];
}

const NOTHING: FormSurroundings["readables"] = [];
const parts = { Fields: FormFields, Control: FieldControl };

/** A form made from a JSON Schema. */
export function Form({ schema, values, onChange, errors, readOnly = false, readables = NOTHING, ...of }: FormProps) {
  const { recordEdits, nodeType, knowledge, node, textAt } = of;
  const id = useId();
  const fields = useMemo(() => formFields(schema), [schema]);
  const surroundings = useMemo<FormSurroundings>(
    () => ({
      id,
      values,
      readOnly,
      recordEdits,
      readables,
      nodeType,
      knowledge,
      node,
      textAt,
      parts,
      errorsAt: (path) => errors.filter((error) => error.path === path).map(({ message }) => message),
    }),
    [id, values, readOnly, recordEdits, readables, nodeType, knowledge, node, textAt, errors],
  );
  return (
    <FormContext value={surroundings}>
      <div className="flex flex-col gap-4">
        <FormFields fields={fields} values={values} path="" onChange={onChange} />
      </div>
    </FormContext>
  );
}
