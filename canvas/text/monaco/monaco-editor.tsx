import type * as Monaco from "monaco-editor/editor/editor.api";
import { type DragEvent, useContext, useEffect, useRef } from "react";
import type { FieldHint } from "#runtime/node/fields.ts";
import { EditorContext } from "../../document/editor-context.ts";
import { useFieldText } from "../../ui/field-text.ts";
import { insertionAt, SOURCE_TYPE, useInsertion } from "../insertion.ts";
import type { ExpressionMode, Knowledge } from "../knowledge.ts";
import type { SharedText } from "../shared-text.ts";
import { bindEditor } from "./bind-editor.ts";
import { offsetsOf } from "./bind-model.ts";
import { createEditor } from "./create-editor.ts";
import { rangeOf } from "./expressions.ts";

export interface MonacoEditorProps {
  id: string;
  label: string;
  language: NonNullable<FieldHint["language"]>;
  /** The co-edited text; without one, `value` and `onChange` are used. */
  shared: SharedText | undefined;
  value: string;
  onChange(text: string): void;
  readOnly: boolean;
  /** Absent: there are no expressions in it. */
  knowledge: (() => Knowledge) | undefined;
  mode: ExpressionMode;
  /** Takes the focus when it is there. */
  takesFocus?: boolean;
}

/** The large editor for code, JSON, prompts and templates. Fills its parent, a flex column. Escape leaves it; Ctrl+M lets Tab move the focus. */
export function MonacoEditor(props: MonacoEditorProps) {
  const { id, label, language, shared, value, readOnly, knowledge, mode, takesFocus = true } = props;
  const host = useRef<HTMLDivElement | null>(null);
  const frame = useRef<HTMLDivElement | null>(null);
  const editor = useRef<Monaco.editor.IStandaloneCodeEditor | null>(null);
  const awareness = useContext(EditorContext)?.awareness;
  const { describedBy } = useFieldText(id);
  const latest = useRef(props);
  latest.current = props;
  const isLocked = readOnly || (shared !== undefined && !shared.change);

  useEffect(() => {
    if (!host.current) return;
    const { label: title, language: spoken, mode: made, value: text } = latest.current;
    const created = createEditor(host.current, {
      ...{ label: title, language: spoken, mode: made, isLocked, text: shared?.current() ?? text },
      leave: () => frame.current?.focus(),
    });
    editor.current = created;
    const unbind = bindEditor(created, { shared, awareness, change: (next) => latest.current.onChange(next), knowledge: () => latest.current });
    if (takesFocus) created.focus();
    return () => {
      unbind();
      created.getModel()?.dispose();
      created.dispose();
      editor.current = null;
    };
  }, [shared, awareness, isLocked, takesFocus]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (shared || !model || model.getValue() === value) return;
    model.setValue(value);
  }, [shared, value]);

  const put = (source: string, at?: number) => {
    const own = editor.current;
    const model = own?.getModel();
    if (!own || !model || isLocked) return;
    const [anchor, head] = at === undefined ? offsetsOf(own, model) : [at, at];
    const from = Math.min(anchor, head);
    const text = knowledge ? insertionAt(model.getValue(), from, { source, mode, isJson: language === "json" }) : source;
    own.executeEdits("insert", [{ range: rangeOf(model, from, Math.max(anchor, head)), text, forceMoveMarkers: true }]);
    own.focus();
  };
  const onDrop = (event: DragEvent) => {
    const source = event.dataTransfer.getData(SOURCE_TYPE);
    const own = editor.current;
    const position = own?.getTargetAtClientPoint(event.clientX, event.clientY)?.position;
    if (source === "" || !own) return;
    event.preventDefault();
    event.stopPropagation();
    put(source, position ? own.getModel()?.getOffsetAt(position) : undefined);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a frame around an editor is no fieldset
    <div
      ref={frame}
      role="group"
      tabIndex={-1}
      aria-label={`${label}: editor`}
      aria-describedby={describedBy}
      data-rich-editor=""
      className="nokey flex min-h-0 flex-1 flex-col gap-1.5 focus:outline-none focus-visible:outline-none"
      onFocus={() => knowledge && !isLocked && useInsertion.getState().aim({ key: id, title: label, put })}
      onDragOver={(event) => knowledge && event.dataTransfer.types.includes(SOURCE_TYPE) && event.preventDefault()}
      onDrop={onDrop}
    >
      <div
        ref={host}
        data-keeps-escape=""
        className="min-h-0 flex-1 overflow-hidden rounded-md border border-line bg-sunken focus-within:border-accent focus-within:ring-2 focus-within:ring-accent-soft"
      />
      <p className="text-2xs text-ink-faint">Escape leaves the editor · Ctrl+M lets Tab move the focus{knowledge ? " · Ctrl+Space suggests" : ""}</p>
    </div>
  );
}
