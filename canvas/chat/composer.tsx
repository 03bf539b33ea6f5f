import { Paperclip, SendHorizontal, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";
import { useUpload } from "../files/use-upload.ts";
import { announce } from "../ui/announce.ts";
import { FormError } from "../ui/form-error.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { TextArea } from "../ui/input.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { Message } from "./use-chat.ts";

/** The server's limit (`server/contract/chats.ts`). */
const MAX_FILES = 20;
const MAX_TEXT = 100_000;

export interface ComposerHandle {
  /** Writes a text in place of what is there, to be looked at and sent. */
  write(message: Message): void;
}

export interface ComposerProps {
  /** Why nothing can be said now; undefined when it can. */
  blocked: string | undefined;
  /** An answer is on its way. */
  isBusy: boolean;
  takesFiles: boolean;
  /** What the arrow up brings back. */
  last: Message | undefined;
  onSay(message: Message): void;
  handle?: Ref<ComposerHandle>;
}

/** Where a message is written: Enter sends it, Shift+Enter is a new line, the arrow up in the empty field brings back the last one. */
export function Composer({ blocked, isBusy, takesFiles, last, onSay, handle }: ComposerProps) {
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly FileValue[]>([]);
  const upload = useUpload(undefined, (file) => setFiles((known) => [...known.filter(({ $asset }) => $asset !== file.$asset), file].slice(0, MAX_FILES)));
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const id = useId();
  const isSending = upload.state.type === "sending";
  const isReady = text.trim() !== "" && blocked === undefined && !isBusy && !isSending;
  const write = (message: Message) => {
    setText(message.text);
    setFiles(message.files);
    field.current?.focus();
  };
  useImperativeHandle(handle, () => ({ write }));
  const send = () => {
    if (!isReady) return;
    onSay({ text: text.trim(), files });
    setText("");
    setFiles([]);
    upload.clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      send();
    }
    if (event.key === "ArrowUp" && text === "" && last) {
      event.preventDefault();
      write(last);
      announce("The last message. Change it and send it again.");
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const [file] = event.clipboardData.files;
    if (!file || !takesFiles) return;
    event.preventDefault();
    upload.send(file);
  };
  return (
    <form
      aria-label="Write a message"
      className="flex shrink-0 flex-col gap-2 border-line border-t bg-surface p-3 *:mx-auto *:w-full *:max-w-3xl"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {files.length > 0 && (
        <ul aria-label="Files to send" className="flex flex-wrap gap-1.5">
          {files.map((file) => (
            <li key={file.$asset} className="flex max-w-60 items-center gap-1 rounded-md border border-line bg-raised pl-2 text-xs">
              <span className="truncate">{file.name}</span>
              <IconButton
                label={`Remove ${file.name}`}
                size="small"
                icon={<X size={12} />}
                onClick={() => setFiles(files.filter(({ $asset }) => $asset !== file.$asset))}
              />
            </li>
          ))}
        </ul>
      )}
      {upload.state.type === "sending" && (
        <p className="flex items-center gap-2 text-ink-muted text-xs">
          <Spinner size={12} /> Storing {upload.state.name}…
        </p>
      )}
      {upload.state.type === "failed" && <FormError text={upload.state.message} />}
      <div className="flex items-end gap-2">
        {takesFiles && (
          <>
            <IconButton
              label="Add a file"
              icon={<Paperclip size={15} />}
              side="top"
              disabled={blocked !== undefined || files.length >= MAX_FILES}
              onClick={() => chooser.current?.click()}
            />
            <input
              ref={chooser}
              type="file"
              hidden
              aria-hidden
              tabIndex={-1}
              data-file-for={id}
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0];
                currentTarget.value = "";
                if (file) upload.send(file);
              }}
            />
          </>
        )}
        <TextArea
          ref={field}
          id={id}
          aria-label="Message"
          placeholder={blocked ?? "Write a message…"}
          value={text}
          rows={1}
          spellCheck
          maxLength={MAX_TEXT}
          disabled={blocked !== undefined}
          className="max-h-48! min-h-9! resize-none!"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button
          type="submit"
          aria-label="Send"
          title="Send (Enter)"
          disabled={!isReady}
          className="flex size-9 shrink-0 items-center justify-center rounded-md bg-accent-fill text-on-accent transition-colors duration-(--quick) enabled:hover:bg-accent-fill-hover disabled:cursor-not-allowed disabled:bg-pressed disabled:text-ink-muted"
        >
          <SendHorizontal size={16} aria-hidden />
        </button>
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xs text-ink-faint">
        {isBusy ? (
          "An answer is on its way. Wait for it, or stop it."
        ) : (
          <>
            <span className="flex items-center gap-1">
              <Kbd keys="Enter" /> send
            </span>
            <span className="flex items-center gap-1">
              <Kbd keys="Shift+Enter" /> new line
            </span>
            {last && (
              <span className="flex items-center gap-1">
                <Kbd keys="ArrowUp" /> last message
              </span>
            )}
          </>
        )}
      </p>
    </form>
  );
}
