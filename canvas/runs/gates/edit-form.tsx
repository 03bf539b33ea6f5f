import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { Form } from "../../inspector/form.tsx";

export interface EditFormProps {
  schema: JsonSchema;
  value: Json;
  onChange(value: Json): void;
}

const WHOLE = "value";
const NO_ERRORS: readonly { path: string; message: string }[] = [];

/** A form for a value of any kind: of an object its members, of anything else the value itself. */
export function EditForm({ schema, value, onChange }: EditFormProps) {
  const members = isObject(value) && isObject(schema.properties ?? null) && Object.keys(schema.properties as JsonSchema).length > 0;
  if (!members) {
    const whole = { type: "object", properties: { [WHOLE]: { title: "In its place", ...schema } } };
    return <Form schema={whole} values={{ [WHOLE]: value }} errors={NO_ERRORS} onChange={(_name, next) => onChange(next ?? null)} />;
  }
  return (
    <Form
      schema={schema}
      values={value}
      errors={NO_ERRORS}
      onChange={(name, next) => {
        const { [name]: _, ...others } = value;
        onChange(next === undefined ? others : { ...value, [name]: next });
      }}
    />
  );
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
