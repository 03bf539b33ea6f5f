import { type DragEvent, type FocusEvent, useContext, useEffect, useRef } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { EditorContext } from "../document/editor-context.ts";
import { isPlainField, type PlainField } from "../text/field-edits.ts";
import { insertSource, SOURCE_TYPE, useInsertion } from "../text/insertion.ts";
import type { ExpressionMode } from "../text/knowledge.ts";
import { leaveField, tellCaret } from "../text/own-caret.ts";
import { useForm } from "./form-context.ts";

export interface FieldFocusGiven {
  id: string;
  path: string;
  title: string;
  /** How the field takes expressions; undefined: not at all. */
  mode: ExpressionMode | undefined;
  /** Expressions stand inside of its texts; else one takes the place of its value. */
  isText: boolean;
  isJson: boolean;
  onChange(value: Json): void;
}

/** Notes that the focus is in a field: the others see who is there, and values are put into it. */
export function useFieldFocus({ id, path, title, mode, isText, isJson, onChange }: FieldFocusGiven) {
  const { node } = useForm();
  const awareness = useContext(EditorContext)?.awareness;
  const { aim, forget } = useInsertion.getState();
  const last = useRef<PlainField | null>(null);
  const own = node === undefined ? undefined : { node, field: path.slice(1) };
  const latest = useRef({ onChange, own, awareness });
  latest.current = { onChange, own, awareness };
  useEffect(
    () => () => {
      forget(id);
      const { own: left, awareness: told } = latest.current;
      if (left) leaveField(told, left);
    },
    [forget, id],
  );
  const put = (source: string) => {
    const element = last.current?.isConnected ? last.current : document.getElementById(id);
    if (mode && isText && isPlainField(element)) {
      insertSource(element, source, { mode, isJson });
      element.focus();
    } else latest.current.onChange(`{{ ${source} }}`);
  };
  return {
    onFocusCapture: ({ target }: FocusEvent) => {
      const isElsewhere = target instanceof Element && target.closest("[data-rich-editor]") !== null;
      if (own) tellCaret(awareness, own);
      if (isElsewhere || mode === undefined) return;
      last.current = isPlainField(target) ? target : null;
      if (node !== undefined) aim({ key: id, title, put });
    },
    onBlurCapture: ({ currentTarget, relatedTarget }: FocusEvent) => {
      if (own && !(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) leaveField(awareness, own);
    },
    onDragOver: (event: DragEvent) => {
      if (mode !== undefined && !isText && event.dataTransfer.types.includes(SOURCE_TYPE)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      const source = event.dataTransfer.getData(SOURCE_TYPE);
      if (mode === undefined || source === "") return;
      if (!isText) {
        event.preventDefault();
        onChange(`{{ ${source} }}`);
        return;
      }
      // where the browser tells no place, it drops the text by itself
      const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
      const field = place?.offsetNode;
      if (!place || !isPlainField(field)) return;
      event.preventDefault();
      field.focus();
      field.setSelectionRange(place.offset, place.offset);
      insertSource(field, source, { mode, isJson });
    },
  };
}
