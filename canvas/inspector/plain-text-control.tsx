import { useLayoutEffect, useRef } from "react";
import { CompletionPopup } from "../text/completion-popup.tsx";
import type { PlainField } from "../text/field-edits.ts";
import { changesBetween, shiftedOffset } from "../text/text-changes.ts";
import { useCompletion } from "../text/use-completion.ts";
import { Input, TextArea } from "../ui/input.tsx";
import { useForm } from "./form-context.ts";
import type { TextControlProps } from "./text-control.tsx";
import { expressionMode, isCode } from "./text-language.ts";
import { toTyped } from "./typed-value.ts";

/** Text that is written as a whole. While somebody else changes it too, the caret stays where it is in the text. */
export function PlainTextControl({ id, value, onChange, invalid, multiline, language, placeholder, expression }: TextControlProps) {
  const { readOnly, knowledge } = useForm();
  const text = toTyped(value);
  const element = useRef<PlainField | null>(null);
  const mode = expressionMode(language, expression);
  const completion = useCompletion({ field: element, knowledge: mode && !readOnly ? knowledge : undefined, mode: mode ?? "template" });
  const caret = useSteadyCaret(element, text);
  const shared = {
    ...{ id, value: text, invalid, placeholder, readOnly, ...completion.aria },
    onChange: (event: { target: PlainField }) => {
      caret.typed(event.target);
      onChange(event.target.value);
      completion.onInput();
    },
    onSelect: (event: { currentTarget: PlainField }) => caret.moved(event.currentTarget),
    onKeyDown: completion.onKeyDown,
    onBlur: completion.close,
  };
  return (
    <div className="relative min-w-0">
      {multiline ? (
        <TextArea
          {...shared}
          ref={(area) => {
            element.current = area;
          }}
          mono={isCode(language) || language === "markdown"}
          wrap={isCode(language) ? "off" : "soft"}
          className={isCode(language) ? "min-h-28" : "min-h-20"}
        />
      ) : (
        <Input
          {...shared}
          ref={(input) => {
            element.current = input;
          }}
          mono={isCode(language)}
        />
      )}
      {completion.popup && <CompletionPopup {...completion.popup} />}
    </div>
  );
}

/** Keeps the caret of a field whose value is given where it is in the text. */
function useSteadyCaret(element: { current: PlainField | null }, text: string) {
  const last = useRef(text);
  const typed = useRef(text);
  const caret = useRef<[number, number]>([0, 0]);
  useLayoutEffect(() => {
    const before = last.current;
    last.current = text;
    const field = element.current;
    if (!field || before === text || field !== document.activeElement || typed.current === text) return;
    const changes = changesBetween(before, text);
    const [start, end] = caret.current;
    // kept at once: the next change may come before the browser tells of this selection
    caret.current = [shiftedOffset(start, changes), shiftedOffset(end, changes)];
    field.setSelectionRange(...caret.current);
  }, [element, text]);
  const moved = (field: PlainField) => {
    caret.current = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  };
  return {
    moved,
    typed: (field: PlainField) => {
      typed.current = field.value;
      moved(field);
    },
  };
}
