import type { FieldHint } from "#runtime/node/fields.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { PlainTextControl } from "./plain-text-control.tsx";
import { SharedTextControl } from "./shared-text-control.tsx";

export interface TextControlProps extends ControlProps {
  multiline: boolean;
  language: FieldHint["language"];
  placeholder?: string;
  /** Takes `{{ … }}`. */
  expression: boolean;
}

/** Text, written as it is typed. Long text is co-edited: several people may type in it at once. */
export function TextControl(props: TextControlProps) {
  const { textAt } = useForm();
  const shared = props.multiline ? textAt?.(props.path) : undefined;
  if (shared) return <SharedTextControl key={`${shared.node}/${shared.field}`} {...props} shared={shared} />;
  return <PlainTextControl {...props} />;
}
