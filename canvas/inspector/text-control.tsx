import { useLayoutEffect, useRef } from "react";
import type { FieldHint } from "#runtime/node/fields.ts";
import { Input, TextArea } from "../ui/input.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { shiftedCaret } from "./shifted-caret.ts";
import { toTyped } from "./typed-value.ts";

export interface TextControlProps extends ControlProps {
  multiline: boolean;
  language: FieldHint["language"];
  placeholder?: string;
  /** Fills what is around it. */
  tall?: boolean;
}

/** Text, written as it is typed. While somebody else types in it too, the caret stays where it is in the text. */
export function TextControl({ id, value, onChange, invalid, multiline, language, placeholder, tall = false }: TextControlProps) {
  const { readOnly } = useForm();
  const text = toTyped(value);
  const isCode = language !== undefined && language !== "plain" && language !== "markdown";
  const element = useRef<HTMLTextAreaElement | null>(null);
  const last = useRef(text);
  useLayoutEffect(() => {
    const before = last.current;
    last.current = text;
    const area = element.current;
    if (!area || before === text || area !== document.activeElement || typed.current === text) return;
    const [start, end] = caret.current;
    // kept at once: the next change may come before the browser tells of this selection
    caret.current = [shiftedCaret(before, text, start), shiftedCaret(before, text, end)];
    area.setSelectionRange(...caret.current);
  }, [text]);
  const typed = useRef(text);
  const caret = useRef<[number, number]>([0, 0]);
  if (!multiline) {
    return (
      <Input
        id={id}
        value={text}
        invalid={invalid}
        mono={isCode}
        placeholder={placeholder}
        readOnly={readOnly}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <TextArea
      id={id}
      ref={element}
      value={text}
      invalid={invalid}
      mono={isCode || language === "markdown"}
      placeholder={placeholder}
      readOnly={readOnly}
      wrap={isCode ? "off" : "soft"}
      className={tall ? "h-[52vh] max-h-none" : isCode ? "min-h-28" : "min-h-20"}
      onChange={(event) => {
        typed.current = event.target.value;
        caret.current = [event.target.selectionStart, event.target.selectionEnd];
        onChange(event.target.value);
      }}
      onSelect={(event) => {
        caret.current = [event.currentTarget.selectionStart, event.currentTarget.selectionEnd];
      }}
      onKeyDown={(event) => {
        if (!isCode || event.key !== "Tab" || event.shiftKey || event.altKey || event.ctrlKey || readOnly) return;
        event.preventDefault();
        const { selectionStart, selectionEnd } = event.currentTarget;
        const next = `${text.slice(0, selectionStart)}  ${text.slice(selectionEnd)}`;
        onChange(next);
        event.currentTarget.setSelectionRange(selectionStart + 2, selectionStart + 2);
      }}
    />
  );
}
