import { RefreshCw, Upload as UploadIcon, X } from "lucide-react";
import { type ClipboardEvent, type DragEvent, type ReactNode, useContext, useRef, useState } from "react";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import { useMay } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { FormError } from "../ui/form-error.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import { FileSource } from "./file-source.ts";
import { StoredFile } from "./stored-file.tsx";
import { useUpload } from "./use-upload.ts";

export interface FilePickerProps {
  /** Of the button that chooses. */
  id: string;
  /** A stored file; anything else is shown as none. */
  value: unknown;
  onChange(file: FileValue | undefined): void;
  /** Which files are offered, as in HTML; undefined: any. */
  accept?: string | undefined;
  invalid?: boolean;
  readOnly?: boolean;
}

const PREVIEW_HEIGHT = 160;

/** A stored file, and how another comes: chosen, dropped or pasted. */
export function FilePicker({ id, value, onChange, accept, invalid = false, readOnly = false }: FilePickerProps) {
  const parsed = fileValueSchema.safeParse(value);
  const isMember = useMay("asset.write");
  const mayStore = (useContext(FileSource) !== undefined || isMember) && !readOnly;
  const upload = useUpload(accept, onChange);
  const { state } = upload;
  const chooser = useRef<HTMLInputElement>(null);
  const choose = () => chooser.current?.click();
  const isImage = accept === "image/*";
  return (
    <Receiver isOpen={mayStore} onFile={upload.send}>
      {(isOver) => (
        <div
          className={classes(
            "flex flex-col gap-2 rounded-md border p-2.5",
            parsed.success ? "border-line bg-sunken" : "border-dashed",
            !parsed.success && (isOver ? "border-accent bg-accent-soft" : invalid ? "border-danger/60" : "border-line-strong"),
            parsed.success && isOver && "border-accent!",
          )}
        >
          {state.type === "sending" ? (
            <Sending {...state} onCancel={upload.cancel} />
          ) : parsed.success ? (
            <StoredFile
              file={parsed.data}
              height={PREVIEW_HEIGHT}
              aside={
                mayStore && (
                  <>
                    <IconButton id={id} label="Choose another file" size="small" icon={<RefreshCw size={13} />} onClick={choose} />
                    <IconButton
                      label="Remove the file"
                      size="small"
                      icon={<X size={14} />}
                      onClick={() => {
                        upload.clear();
                        onChange(undefined);
                        // this button goes with the file
                        requestAnimationFrame(() => document.getElementById(id)?.focus());
                      }}
                    />
                  </>
                )
              }
            />
          ) : mayStore ? (
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <Button id={id} size="small" icon={<UploadIcon size={13} aria-hidden />} onClick={choose}>
                {isImage ? "Choose an image" : "Choose a file"}
              </Button>
              <span className="text-ink-faint text-xs">or drop or paste one here</span>
            </div>
          ) : (
            <p className="text-ink-faint text-xs">No file</p>
          )}
          {state.type === "failed" && <FormError text={state.message} />}
          <input
            ref={chooser}
            type="file"
            hidden
            accept={accept}
            aria-hidden
            tabIndex={-1}
            data-file-for={id}
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              // the same file may be chosen again
              currentTarget.value = "";
              if (file) upload.send(file);
            }}
          />
        </div>
      )}
    </Receiver>
  );
}

function Sending({ name, sent, size, onCancel }: { name: string; sent: number; size: number; onCancel(): void }) {
  return (
    <div className="flex items-center gap-2.5">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="flex gap-2 text-xs">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="shrink-0 text-ink-muted tabular-nums">{sent >= size ? "Storing…" : `${formatBytes(sent)} of ${formatBytes(size)}`}</span>
        </p>
        <Bar label={`Sending ${name}`} done={sent} total={size} />
      </div>
      <Button size="small" look="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}

/** Takes a file that is dropped on it, or pasted while it has the focus; the board around hears nothing of either. */
function Receiver({ isOpen, onFile, children }: { isOpen: boolean; onFile(file: File): void; children(isOver: boolean): ReactNode }) {
  const [isOver, setOver] = useState(false);
  if (!isOpen) return children(false);
  const takeDragged = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type !== "drop") return setOver(event.type !== "dragleave");
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  const takePasted = (event: ClipboardEvent) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same for the keyboard
    <div onDragEnter={takeDragged} onDragOver={takeDragged} onDragLeave={takeDragged} onDrop={takeDragged} onPaste={takePasted}>
      {children(isOver)}
    </div>
  );
}
