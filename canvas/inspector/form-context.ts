import { createContext, useContext } from "react";
import type { Json } from "#runtime/graph/json.ts";

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
  recordEdits?(field: string): RecordEdits | undefined;
  readables: readonly Readable[];
}

export const FormContext = createContext<FormSurroundings>({ id: "form", values: {}, readOnly: false, errorsAt: () => [], readables: [] });

export function useForm(): FormSurroundings {
  return useContext(FormContext);
}

/** What every control takes. */
export interface ControlProps<Value extends Json = Json> {
  id: string;
  path: string;
  value: Value | undefined;
  /** Undefined removes the value. */
  onChange(value: Json | undefined): void;
  invalid: boolean;
}
