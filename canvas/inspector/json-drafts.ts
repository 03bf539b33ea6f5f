import { useEffect, useState, useSyncExternalStore } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { createStore } from "../document/store.ts";
import { useForm } from "./form-context.ts";
import { jsonText, type ParsedText, parseJson } from "./json-text.ts";

/** What was typed into JSON fields of nodes, by node and field: what is not JSON yet stays when another node is looked at. */
const drafts = createStore<Readonly<Record<string, string>>>({});

export interface JsonDraft {
  /** What the control shows. */
  text: string;
  /** Why what is shown is not saved; undefined when it is. */
  problem: string | undefined;
  type(text: string): void;
  /** What is saved is shown as it is saved from now on. */
  settle(): void;
}

interface Given {
  path: string;
  value: Json | undefined;
  onChange(value: Json | undefined): void;
  expression: boolean;
}

/** JSON while it is typed: what is valid is written, the rest is kept in this window until it is. All controls of a field show the same. */
export function useJsonDraft({ path, value, onChange, expression }: Given): JsonDraft {
  const { node } = useForm();
  const key = node === undefined ? undefined : `${node}${path}`;
  const read = () => (key === undefined ? undefined : drafts.current()[key]);
  const kept = useSyncExternalStore(drafts.subscribe, read, read);
  const [own, setOwn] = useState<string | undefined>(undefined);
  const draft = key === undefined ? own : kept;
  useEffect(() => () => settleDraft(key, expression), [key, expression]);
  const shown = shownJson(draft, { value, expression });
  return {
    ...shown,
    type: (text) => {
      if (key === undefined) setOwn(text);
      else drafts.set({ ...drafts.current(), [key]: text });
      const next = parseJson(text, expression);
      if (next.ok) onChange(next.value);
    },
    settle: () => {
      settleDraft(key, expression);
      if (own !== undefined && parseJson(own, expression).ok) setOwn(undefined);
    },
  };
}

/** A draft as long as it is unfinished or says what the value is; else the value. */
export function shownJson(draft: string | undefined, { value, expression }: Pick<Given, "value" | "expression">): Pick<JsonDraft, "text" | "problem"> {
  const parsed: ParsedText | undefined = draft === undefined ? undefined : parseJson(draft, expression);
  const isCurrent = parsed && (!parsed.ok || JSON.stringify(parsed.value) === JSON.stringify(value));
  return {
    text: isCurrent && draft !== undefined ? draft : jsonText(value),
    problem: parsed?.ok === false ? `${parsed.message} Not saved until it is.` : undefined,
  };
}

function settleDraft(key: string | undefined, expression: boolean): void {
  const draft = key === undefined ? undefined : drafts.current()[key];
  if (key === undefined || draft === undefined || !parseJson(draft, expression).ok) return;
  const { [key]: _, ...others } = drafts.current();
  drafts.set(others);
}
