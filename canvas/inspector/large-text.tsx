import { MonacoEditor } from "../text/monaco/monaco-editor.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import type { FormField } from "./form-model.ts";
import { useJsonDraft } from "./json-drafts.ts";
import { expressionMode } from "./text-language.ts";
import { toTyped } from "./typed-value.ts";
import { ValuesPanel } from "./values-panel.tsx";

/** A text or JSON field in the large editor. */
export function LargeText({ field, ...control }: ControlProps & { field: FormField }) {
  const { knowledge, readOnly } = useForm();
  const hasValues = knowledge !== undefined && field.expression && !readOnly;
  return (
    <div className="flex min-h-0 flex-1 gap-3">
      {hasValues && (
        <aside aria-label="Values to use" className="w-56 shrink-0 overflow-y-auto rounded-md border border-line p-2 max-sm:hidden">
          <ValuesPanel knowledge={knowledge} />
        </aside>
      )}
      <div className="flex min-w-0 flex-1 flex-col">
        {field.control.type === "text" ? <LargeTextField field={field} {...control} /> : <LargeJson field={field} {...control} />}
      </div>
    </div>
  );
}

function LargeTextField({ field, id, path, value, onChange }: ControlProps & { field: FormField }) {
  const { readOnly, knowledge, textAt } = useForm();
  const language = field.control.type === "text" ? field.control.language : undefined;
  const mode = expressionMode(language, field.expression);
  return (
    <MonacoEditor
      id={id}
      label={field.title}
      language={language ?? "plain"}
      shared={textAt?.(path)}
      value={toTyped(value)}
      onChange={onChange}
      readOnly={readOnly}
      knowledge={mode && knowledge}
      mode={mode ?? "template"}
    />
  );
}

/** What is not JSON yet is kept in this window, and not written. */
function LargeJson({ field, id, path, value, onChange }: ControlProps & { field: FormField }) {
  const { readOnly, knowledge } = useForm();
  const draft = useJsonDraft({ path, value, onChange, expression: field.expression });
  return (
    <>
      <MonacoEditor
        id={id}
        label={field.title}
        language="json"
        shared={undefined}
        value={draft.text}
        onChange={draft.type}
        readOnly={readOnly}
        knowledge={field.expression ? knowledge : undefined}
        mode="template"
      />
      {draft.problem !== undefined && (
        <p role="alert" className="pt-2 text-danger text-xs">
          {draft.problem}
        </p>
      )}
    </>
  );
}
