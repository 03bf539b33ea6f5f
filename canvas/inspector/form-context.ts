import { type ComponentType, createContext, useContext } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { PortType } from "#runtime/node/ports.ts";
import type { Knowledge } from "../text/knowledge.ts";
import type { SharedText } from "../text/shared-text.ts";
import type { FormField } from "./form-model.ts";

/** Changes to a list that several people may edit at once: by record, not as a whole. */
export interface RecordEdits {
  add(record: { id: string; [member: string]: Json }): void;
  set(id: string, member: string, value: Json | undefined): void;
  remove(id: string): void;
  /** Puts a record before another, or at the end. */
  move(id: string, before: string | undefined): void;
}

/** Something an expression may read. */
export interface Readable {
  /** Where it comes from, in words. */
  from: string;
  name: string;
  /** As it is written in an expression: `inputs.text`. */
  source: string;
  /** The node whose output it is; absent: an input of the node itself. */
  node?: NodeId;
  port: string;
  type: PortType;
  /** It is what a container around gives, not what it yields. */
  isGiven?: boolean;
}

/** What every control takes. */
export interface ControlProps {
  id: string;
  path: string;
  value: Json | undefined;
  /** Undefined removes the value. */
  onChange(value: Json | undefined): void;
  invalid: boolean;
}

export interface FieldControlProps extends ControlProps {
  field: FormField;
}

export interface FormFieldsProps {
  fields: readonly FormField[];
  values: Readonly<Record<string, Json>>;
  /** JSON pointer of the object the fields are members of. */
  path: string;
  onChange(name: string, value: Json | undefined): void;
}

/** What the controls of a form need to know beside their value. */
export interface FormSurroundings {
  /** Makes the ids of its controls unique. */
  id: string;
  values: Readonly<Record<string, Json>>;
  readOnly: boolean;
  /** What is wrong at a JSON pointer. */
  errorsAt(path: string): readonly string[];
  /** For a top-level list of records; undefined: the list is written as a whole. */
  recordEdits?: ((field: string) => RecordEdits | undefined) | undefined;
  readables: readonly Readable[];
  /** What its expressions may read, with the values of the last run; asked when it is needed. */
  knowledge?: (() => Knowledge) | undefined;
  /** The node whose config it is: then it says who else is in a field. */
  node?: NodeId | undefined;
  /** The co-edited text of a field, by its JSON pointer. */
  textAt?: ((path: string) => SharedText | undefined) | undefined;
  /** The type of the node whose config it is; absent for forms of other things. */
  nodeType?: string | undefined;
  /** What controls that hold fields of their own draw them with. */
  parts: { Fields: ComponentType<FormFieldsProps>; Control: ComponentType<FieldControlProps> };
}

export const FormContext = createContext<FormSurroundings | undefined>(undefined);

/** Throws `Error` outside a form. */
export function useForm(): FormSurroundings {
  const form = useContext(FormContext);
  if (!form) throw new Error("This control stands in a form only.");
  return form;
}
