import { FileUp, X } from "lucide-react";
import { type ClipboardEvent, type DragEvent, useEffect, useId, useRef, useState } from "react";
import { WORKFLOW_BYTES, type WorkflowSourceGiven } from "#server/contract/comfy-workflows.ts";
import { useUpload } from "../files/use-upload.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { TextArea } from "../ui/input.tsx";
import { Bar } from "../ui/progress-bar.tsx";

/** A workflow as somebody brought it, and what its file is called. */
export interface BroughtWorkflow {
  source: WorkflowSourceGiven;
  name: string;
}

/** Takes a workflow: pasted as text, or as a file (JSON, or a PNG that carries one) that is chosen or dropped. */
export function WorkflowSource({ brought, onBring }: { brought: BroughtWorkflow | undefined; onBring(brought: BroughtWorkflow | undefined): void }) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const chooser = useRef<HTMLInputElement>(null);
  const upload = useUpload("image/png", ({ $asset, name }) => onBring({ source: { asset: $asset }, name }));
  const take = (file: File | undefined) => {
    if (!file) return;
    setProblem(undefined);
    if (file.type === "image/png" || /\.png$/i.test(file.name)) return upload.send(file);
    if (file.size > WORKFLOW_BYTES) return setProblem(`“${file.name}” is larger than a workflow can be (${WORKFLOW_BYTES / 1024 / 1024} MiB).`);
    file.text().then(
      (text) => onBring({ source: { text }, name: file.name }),
      () => setProblem(`“${file.name}” could not be read. Try it again.`),
    );
  };
  const onDrag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    if (event.type !== "drop") return setOver(event.type !== "dragleave");
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const onPaste = (event: ClipboardEvent) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    take(file);
  };
  useEffect(keepPage, []);
  const isFile = brought !== undefined && brought.name !== "";
  const { state } = upload;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside takes a file without a pointer
    <div
      className={classes("flex flex-col gap-2 rounded-lg", isOver && "outline-2 outline-accent outline-offset-4")}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={onDrag}
      onPaste={onPaste}
    >
      <Field
        label="Workflow"
        htmlFor={id}
        description="JSON of either kind that ComfyUI saves, or a PNG that it made. Drop one here, or paste its text."
        aside={
          <Button size="small" icon={<FileUp size={13} aria-hidden />} onClick={() => chooser.current?.click()}>
            Take a file
          </Button>
        }
      >
        {isFile ? (
          <div id={id} className="flex items-center gap-2 rounded-md border border-line bg-sunken px-2.5 py-2 text-sm">
            <span className="min-w-0 flex-1 truncate">{brought.name}</span>
            <IconButton label="Take another one" size="small" icon={<X size={14} />} onClick={() => onBring(undefined)} />
          </div>
        ) : (
          <TextArea
            id={id}
            mono
            value={brought && "text" in brought.source ? brought.source.text : ""}
            onChange={({ target }) => onBring(target.value.trim() === "" ? undefined : { source: { text: target.value }, name: "" })}
            placeholder={'{ "3": { "class_type": "KSampler", "inputs": { … } }, … }'}
            className="field-sizing-fixed! h-32"
          />
        )}
      </Field>
      {state.type === "sending" && (
        <div className="flex items-center gap-2.5">
          <div className="flex-1">
            <Bar label={`Sending ${state.name}`} done={state.sent} total={state.size} />
          </div>
          <Button size="small" look="quiet" onClick={upload.cancel}>
            Cancel
          </Button>
        </div>
      )}
      {state.type === "failed" && <FormError text={state.message} />}
      {problem !== undefined && <FormError text={problem} />}
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".json,application/json,image/png"
        aria-label="A file with a workflow"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // the same file may be chosen again
          currentTarget.value = "";
          take(file);
        }}
      />
    </div>
  );
}

/** A file that is dropped beside the field does not replace the page, as browsers would have it. Returns how to stop. */
function keepPage(): () => void {
  const keep = (event: globalThis.DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  window.addEventListener("dragover", keep);
  window.addEventListener("drop", keep);
  return () => {
    window.removeEventListener("dragover", keep);
    window.removeEventListener("drop", keep);
  };
}
