import type { Json } from "#runtime/graph/json.ts";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { CollectionControl } from "./collection-control.tsx";
import { ConnectionControl, ToolControl } from "./connection-controls.tsx";
import { CredentialControl } from "./credential-control.tsx";
import { FileControl } from "./file-control.tsx";
import { type ControlProps, type FieldControlProps, useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";
import { GraphControl } from "./graph-control.tsx";
import { JsonControl } from "./json-control.tsx";
import { ListControl } from "./list-control.tsx";
import { MapControl } from "./map-control.tsx";
import { MaskedFileControl } from "./masked-file-control.tsx";
import { OfferedPicker } from "./offered-picker.tsx";
import { RecordsControl } from "./records-control.tsx";
import { SeveralControl } from "./several-control.tsx";
import { TextControl } from "./text-control.tsx";
import { TypedControl } from "./typed-control.tsx";
import { isExpression, readNumber, readScalar } from "./typed-value.ts";
import { WorkflowControl } from "./workflow-control.tsx";

/** The control for one field, by its kind; an expression in place of the value is edited as text. */
export function FieldControl({ field, ...props }: FieldControlProps) {
  const { control } = field;
  const { readOnly } = useForm();
  const { id, value, onChange } = props;
  const placeholder = field.placeholder ?? (field.default !== undefined && typeof field.default !== "object" ? String(field.default) : "");
  if (field.expression && isExpression(value) && control.type !== "text" && control.type !== "object") {
    return <TextControl {...props} multiline={false} language="expression" placeholder="{{ … }}" expression />;
  }
  switch (control.type) {
    case "text":
      return (
        <>
          <TextControl {...props} multiline={control.multiline} language={control.language} placeholder={placeholder} expression={field.expression} />
          {control.offered && <OfferedPicker {...control.offered} value={value} onChange={onChange} />}
        </>
      );
    case "number":
      return <TypedControl {...props} read={readNumber} numeric placeholder={placeholder} />;
    case "scalar":
      return <TypedControl {...props} read={readScalar} placeholder={placeholder} />;
    case "boolean":
      return <Switch id={id} checked={(value ?? field.default) === true} onChange={onChange} label={field.title} disabled={readOnly} />;
    case "choice":
      return <ChoiceControl {...props} options={control.options} fallback={field.default} />;
    case "connection":
      return <ConnectionControl {...props} kind={control.kind} />;
    case "credential":
      return <CredentialControl {...props} />;
    case "file":
      return control.mask ? <MaskedFileControl {...props} accept={control.accept} /> : <FileControl {...props} accept={control.accept} />;
    case "collection":
      return <CollectionControl {...props} />;
    case "workflow":
      return <WorkflowControl {...props} />;
    case "graph":
      return <GraphControl {...props} />;
    case "tool":
      return <ToolControl {...props} connectionField={control.connectionField} />;
    case "records":
      return <RecordsControl {...props} name={field.name} title={field.title} fields={control.fields} />;
    case "list":
      return <ListControl {...props} title={field.title} item={control.item} />;
    case "several":
      return <SeveralControl {...props} title={field.title} options={control.options} />;
    case "map":
      return <MapControl {...props} title={field.title} />;
    case "object":
      return <ObjectControl {...props} fields={control.fields} />;
    case "json":
      return <JsonControl {...props} expression={field.expression} />;
  }
}

function ChoiceControl({
  id,
  value,
  onChange,
  invalid,
  options,
  fallback,
}: ControlProps & { options: readonly (string | number)[]; fallback: Json | undefined }) {
  const { readOnly } = useForm();
  const shown = value ?? fallback;
  return (
    <Select
      id={id}
      value={shown === undefined ? undefined : String(shown)}
      options={options.map((option) => ({ value: String(option), label: choiceLabel(option) }))}
      onChange={(chosen) => onChange(options.find((option) => String(option) === chosen))}
      invalid={invalid}
      disabled={readOnly}
    />
  );
}

/** Names that are written in their own way. */
const NAMES = new Map([
  ["typescript", "TypeScript"],
  ["javascript", "JavaScript"],
  ["json", "JSON"],
]);

/** A lower-case word reads as a sentence; anything else is a name of its own. */
function choiceLabel(option: string | number): string {
  const text = String(option);
  const name = NAMES.get(text);
  if (name) return name;
  return /^[a-z]+([ -][a-z]+)*$/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1).replaceAll("-", " ") : text;
}

function ObjectControl({ value, onChange, path, fields }: ControlProps & { fields: readonly FormField[] }) {
  const { parts } = useForm();
  const values = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const change = (name: string, member: Json | undefined) => {
    const { [name]: _, ...others } = values;
    // an empty text is no value: what is left out may come from elsewhere
    onChange(member === undefined || member === "" ? others : { ...values, [name]: member });
  };
  return (
    <div className="flex flex-col gap-4 border-line border-l pl-3">
      <parts.Fields fields={fields} values={values} path={path} onChange={change} />
    </div>
  );
}
