import { ChevronRight } from "lucide-react";
import type { FormFieldsProps } from "./form-context.ts";
import { FormFieldRow } from "./form-field-row.tsx";
import type { FormField } from "./form-model.ts";

/** The fields of an object, one below the other; the rarely needed ones folded away. */
export function FormFields({ fields, ...rest }: FormFieldsProps) {
  const usual = fields.filter(({ advanced }) => !advanced);
  const advanced = fields.filter((field) => field.advanced);
  const row = (field: FormField) => <FormFieldRow key={field.name} field={field} {...rest} />;
  return (
    <>
      {usual.map(row)}
      {advanced.length > 0 && (
        <details className="group">
          <summary className="flex list-none items-center gap-1 rounded-sm py-1 font-medium text-ink-muted text-xs hover:text-ink">
            <ChevronRight size={13} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
            More
          </summary>
          <div className="flex flex-col gap-4 pt-3">{advanced.map(row)}</div>
        </details>
      )}
    </>
  );
}
