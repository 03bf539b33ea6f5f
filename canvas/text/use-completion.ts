import { type KeyboardEvent, type RefObject, useCallback, useId, useState } from "react";
import { announce } from "../ui/announce.ts";
import { type Completion, type CompletionList, completionsAt } from "./completion.ts";
import { type PlainField, typeInto } from "./field-edits.ts";
import type { ExpressionMode, Knowledge } from "./knowledge.ts";
import { type DrawnPart, measureText } from "./measure-text.ts";

interface OpenList extends CompletionList {
  active: number;
  at: DrawnPart;
}

export interface CompletionGiven {
  field: RefObject<PlainField | null>;
  /** Absent: the field holds no expressions. */
  knowledge: (() => Knowledge) | undefined;
  mode: ExpressionMode;
}

/** Completes expressions in a plain field: opens at `{{`, a dot and Ctrl+Space; the focus stays in the field. */
export function useCompletion({ field, knowledge, mode }: CompletionGiven) {
  const id = useId();
  const [list, setList] = useState<OpenList | undefined>(undefined);
  const close = useCallback(() => setList(undefined), []);

  const open = (isAsked: boolean) => {
    const element = field.current;
    if (!element || !knowledge || element.readOnly) return;
    const caret = element.selectionStart ?? 0;
    const found = completionsAt(element.value, caret, { knowledge: knowledge(), mode });
    if (!found) {
      close();
      if (isAsked) announce("No suggestions here. Expressions stand between two pairs of braces.");
      return;
    }
    const [[at] = []] = measureText(element, [[found.from, found.from]]);
    if (!at) return;
    setList({ ...found, active: 0, at: placeOf(element, at) });
    if (!list) announce(`${found.items.length} suggestions. Arrows choose, Enter takes one.`);
  };
  const accept = (item: Completion | undefined) => {
    const element = field.current;
    if (!element || !list || !item) return;
    close();
    typeInto(element, { from: list.from, to: list.to }, item);
  };
  const step = (by: number) => setList((before) => before && { ...before, active: (before.active + by + before.items.length) % before.items.length });

  const onInput = () => {
    const element = field.current;
    if (!knowledge || !element) return;
    const caret = element.selectionStart ?? 0;
    const typed = element.value.slice(Math.max(0, caret - 2), caret);
    if (list || typed === "{{" || typed.endsWith(".")) open(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (knowledge && (event.ctrlKey || event.metaKey) && event.key === " ") {
      event.preventDefault();
      open(true);
      return;
    }
    if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = takenKey(event);
    if (taken) {
      event.preventDefault();
      event.stopPropagation();
      if (taken === "close") close();
      else if (taken === "accept") accept(list.items[list.active]);
      else step(taken === "next" ? 1 : -1);
    } else if (CLOSING.has(event.key)) close();
  };
  const popup = list && {
    id: `${id}-list`,
    items: list.items,
    active: list.active,
    at: list.at,
    accept,
    point: (active: number) => setList({ ...list, active }),
  };
  return {
    popup,
    onKeyDown,
    onInput,
    close,
    /** For the field: what a screen reader follows. */
    aria: {
      "aria-autocomplete": knowledge ? ("list" as const) : undefined,
      "aria-controls": list ? `${id}-list` : undefined,
      "aria-activedescendant": list ? `${id}-list-${list.active}` : undefined,
      "data-keeps-escape": list ? "" : undefined,
    },
  };
}

/** Keys that go elsewhere in the text. */
const CLOSING: ReadonlySet<string> = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);

/** What a key means while the list is open. */
function takenKey({ key, shiftKey }: KeyboardEvent): "next" | "previous" | "accept" | "close" | undefined {
  switch (key) {
    case "ArrowDown":
      return "next";
    case "ArrowUp":
      return "previous";
    case "Enter":
      return "accept";
    case "Tab":
      return shiftKey ? undefined : "accept";
    case "Escape":
      return "close";
    default:
      return undefined;
  }
}

/** On the screen, below the line of a part of the field's text. */
function placeOf(element: PlainField, part: DrawnPart): DrawnPart {
  const { left, top } = element.getBoundingClientRect();
  return { ...part, left: left + part.left - element.scrollLeft, top: top + part.top - element.scrollTop };
}
