import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useEditor } from "../document/editor-context.ts";
import { bindArea } from "../text/bind-area.ts";
import { CompletionPopup } from "../text/completion-popup.tsx";
import { typeInto } from "../text/field-edits.ts";
import { tellCaret } from "../text/own-caret.ts";
import { RemoteCarets } from "../text/remote-carets.tsx";
import type { SharedText } from "../text/shared-text.ts";
import { useCompletion } from "../text/use-completion.ts";
import { classes } from "../ui/classes.ts";
import { TextArea } from "../ui/input.tsx";
import { useForm } from "./form-context.ts";
import type { TextControlProps } from "./text-control.tsx";
import { expressionMode, isCode } from "./text-language.ts";

/** Text that several people may type in at once: everybody's characters stay, and so do carets. */
export function SharedTextControl({ id, invalid, language, placeholder, expression, shared }: TextControlProps & { shared: SharedText }) {
  const { readOnly, knowledge } = useForm();
  const { awareness } = useEditor();
  const area = useRef<HTMLTextAreaElement | null>(null);
  const [text, setText] = useState(() => shared.current());
  const mode = expressionMode(language, expression);
  const isLocked = readOnly || !shared.change;
  const completion = useCompletion({ field: area, knowledge: mode && !isLocked ? knowledge : undefined, mode: mode ?? "template" });
  useEffect(() => (area.current ? bindArea(area.current, shared, setText) : undefined), [shared]);
  const tell = () => {
    const element = area.current;
    if (!element || element !== document.activeElement) return;
    const isBackward = element.selectionDirection === "backward";
    const [anchor, head] = isBackward ? [element.selectionEnd, element.selectionStart] : [element.selectionStart, element.selectionEnd];
    tellCaret(awareness, { node: shared.node, field: shared.field, anchor: shared.toPlace(anchor), head: shared.toPlace(head) });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    completion.onKeyDown(event);
    if (event.defaultPrevented || isLocked) return;
    if (takesBack(event, shared)) return;
    if (!isCode(language) || event.key !== "Tab" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    typeInto(event.currentTarget, { from: selectionStart, to: selectionEnd }, { insert: "  " });
  };
  return (
    <div className="relative min-w-0">
      <TextArea
        id={id}
        ref={area}
        defaultValue={text}
        invalid={invalid}
        mono={isCode(language) || language === "markdown"}
        placeholder={placeholder}
        readOnly={isLocked}
        wrap={isCode(language) ? "off" : "soft"}
        className={classes("block", isCode(language) ? "min-h-28" : "min-h-20")}
        {...completion.aria}
        onKeyDown={onKeyDown}
        onInput={completion.onInput}
        onSelect={tell}
        onFocus={tell}
        onBlur={completion.close}
      />
      <RemoteCarets area={area} shared={shared} text={text} />
      {completion.popup && <CompletionPopup {...completion.popup} />}
    </div>
  );
}

/** Undo and redo of the field's keys are those of the editor: of own edits only. */
function takesBack(event: KeyboardEvent, { undo }: SharedText): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return false;
  event.preventDefault();
  if (key === "z" && !event.shiftKey) undo?.undo();
  else undo?.redo();
  return true;
}
