import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { COMMENT_BYTES, listReaders } from "#server/contract/comments.ts";
import { useApi } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Kbd } from "../ui/kbd.tsx";
import { keepWritten, type Person, useCommentDrafts, type Written } from "./comment-drafts.ts";
import { mentionQuery, stillMentioned, withMention } from "./mention-query.ts";

export interface CommentComposerProps {
  /** Under which what is written is kept until it is sent. */
  place: string;
  label: string;
  placeholder: string;
  /** On the button. */
  action: string;
  initial?: Written;
  autoFocus?: boolean;
  /** What was sent is under way: it stays here until the caller forgets it (`keepWritten`). */
  busy?: boolean;
  onSend(written: Written): void;
  onCancel?(): void;
}

const SHOWN = 6;
const NOTHING: Written = { body: "", mentions: [] };

/** Where a comment is written: `@` offers people, Ctrl+Enter sends. */
export function CommentComposer({ place, label, placeholder, action, initial = NOTHING, autoFocus = false, busy, onSend, onCancel }: CommentComposerProps) {
  const { body: text, mentions: chosen } = useCommentDrafts(({ written }) => written[place]) ?? initial;
  const [caret, setCaret] = useState(0);
  const [isShut, setShut] = useState(false);
  const [active, setActive] = useState(0);
  const area = useRef<HTMLTextAreaElement | null>(null);
  const list = useId();
  const caretToSet = useRef<number | undefined>(undefined);
  const asked = isShut ? undefined : mentionQuery(text, caret);
  const people = useMatches(asked?.query);
  const isTooLong = new TextEncoder().encode(text.trim()).length > COMMENT_BYTES;
  const maySend = text.trim() !== "" && !isTooLong && busy !== true;
  // before the next key: later, it would go to the wrong place
  useLayoutEffect(() => {
    const at = caretToSet.current;
    caretToSet.current = undefined;
    if (at !== undefined && text.length >= at) area.current?.setSelectionRange(at, at);
  }, [text]);
  useEffect(() => {
    if (autoFocus) area.current?.focus();
  }, [autoFocus]);

  const write = (next: string, at: number, mentions = chosen) => {
    keepWritten(place, { body: next, mentions });
    setCaret(at);
    setActive(0);
    setShut(false);
  };
  const pick = (person: Person | undefined) => {
    if (!person || !asked) return;
    const next = withMention(text, {
      from: asked.from,
      caret,
      name: person.name,
    });
    write(next.text, next.caret, [...chosen.filter(({ id }) => id !== person.id), person]);
    caretToSet.current = next.caret;
  };
  const send = () => {
    if (!maySend) return;
    onSend({ body: text.trim(), mentions: stillMentioned(text, chosen) });
    if (busy === undefined) keepWritten(place, undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const done = keyAction(event, people.length > 0);
    if (!done) return;
    // the editor's own keys must not hear of it
    event.preventDefault();
    event.stopPropagation();
    if (done === "send") send();
    else if (done === "pick") pick(people[active]);
    else if (done === "shut") setShut(true);
    else if (done === "cancel") onCancel?.();
    else setActive((before) => (before + done + people.length) % people.length);
  };
  return (
    <div className="relative">
      <textarea
        ref={area}
        aria-label={label}
        aria-controls={people.length > 0 ? list : undefined}
        aria-activedescendant={people.length > 0 ? `${list}-${active}` : undefined}
        aria-autocomplete="list"
        aria-invalid={isTooLong || undefined}
        rows={2}
        placeholder={placeholder}
        value={text}
        onChange={({ target }) => write(target.value, target.selectionStart)}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        className="field-sizing-content block max-h-60 min-h-14 w-full resize-none rounded-md border border-line-strong bg-sunken px-2.5 py-1.5 text-sm leading-5 placeholder:text-ink-faint focus:border-accent focus:outline-none"
      />
      {people.length > 0 && (
        <div id={list} role="listbox" aria-label="People" className="absolute inset-x-0 top-full z-20 mt-1 rounded-lg bg-overlay p-1 shadow-overlay">
          {people.map((person, index) => (
            <div
              key={person.id}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              onPointerDown={(event) => {
                event.preventDefault();
                pick(person);
              }}
              className={classes("cursor-pointer truncate rounded-md px-2 py-1 text-sm", index === active && "bg-hover")}
            >
              {person.name}
            </div>
          ))}
        </div>
      )}
      <div className="mt-1.5 flex items-center gap-2">
        <p className={classes("min-w-0 flex-1 truncate text-2xs", isTooLong ? "text-danger" : "text-ink-faint")} role={isTooLong ? "alert" : undefined}>
          {isTooLong ? "Longer than 4 KiB: shorten it." : "@ to mention"}
        </p>
        {onCancel && (
          <Button size="small" look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button size="small" look="primary" busy={busy === true} disabled={!maySend} onClick={send}>
          {action}{" "}
          <span className="inline-flex max-xl:hidden">
            <Kbd keys="Ctrl+Enter" onFill />
          </span>
        </Button>
      </div>
    </div>
  );
}

type KeyAction = "send" | "pick" | "shut" | "cancel" | 1 | -1;

function keyAction(event: KeyboardEvent, isOffering: boolean): KeyAction | undefined {
  const { key, ctrlKey, metaKey } = event;
  if (event.nativeEvent.isComposing) return undefined;
  if (key === "Enter" && (ctrlKey || metaKey)) return "send";
  if (key === "Escape") return isOffering ? "shut" : "cancel";
  if (!isOffering) return undefined;
  if (key === "ArrowDown") return 1;
  if (key === "ArrowUp") return -1;
  return key === "Enter" || key === "Tab" ? "pick" : undefined;
}

const NOBODY: readonly Person[] = [];

/** Who could be meant; everybody who can be is asked for once. */
function useMatches(query: string | undefined): readonly Person[] {
  const { graphId } = useEditor();
  const { data } = useApi(listReaders, { params: { id: graphId }, query: {} }, { enabled: query !== undefined });
  if (query === undefined || !data) return NOBODY;
  const wanted = query.toLowerCase();
  // whoever was named whole is chosen, and the text goes on
  const isDone = data.items.some(({ name }) => `${name} `.toLowerCase() === wanted);
  return isDone ? NOBODY : data.items.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, SHOWN);
}
