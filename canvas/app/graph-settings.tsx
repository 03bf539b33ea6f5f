import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { useEditor, useGraphPart } from "../document/editor-context.ts";
import { Form } from "../inspector/form.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { errorHandlerStart } from "./error-handler-input.ts";
import { changedSettings, graphSettingsForm, shownSettings } from "./graph-settings-form.ts";

/** What holds for every run of the graph. Every change that fits is written as it is made, as in the inspector. */
export function GraphSettingsDialog({ onClose }: { onClose(): void }) {
  const { edits } = useEditor();
  const settings = useGraphPart((graph) => graph.settings);
  const [wrong, setWrong] = useState<Readonly<Record<string, { value: Json; message: string }>>>({});
  const change = (field: string, value: Json | undefined) => {
    const { [field]: _, ...others } = wrong;
    const next = changedSettings(settings, { field, value });
    if (next.ok) edits?.changeSettings(next.settings);
    setWrong(next.ok || value === undefined ? others : { ...others, [field]: { value, message: next.message } });
  };
  const typed = Object.fromEntries(Object.entries(wrong).map(([field, { value }]) => [field, value]));
  return (
    <Dialog
      open
      onClose={onClose}
      title="Graph settings"
      description="They hold for every run of this graph that begins from now on."
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <Form
        schema={graphSettingsForm}
        values={{ ...shownSettings(settings), ...typed }}
        readOnly={!edits}
        errors={Object.entries(wrong).map(([field, { message }]) => ({ path: `/${field}`, message }))}
        onChange={change}
      />
      {settings.errorGraph !== undefined && edits && <ErrorHandler onClear={() => change("errorGraph", undefined)} />}
    </Dialog>
  );
}

/** What can be done about the error handler that is chosen. */
function ErrorHandler({ onClear }: { onClear(): void }) {
  const start = errorHandlerStart();
  return (
    <section aria-label="Error handler" className="mt-2 flex flex-col items-start gap-1">
      {start && (
        <p className="flex items-center gap-1 text-ink-muted text-xs">
          A start node with these fields, to paste on its board
          <CopyButton label="Copy the start node" text={() => JSON.stringify(start, null, 2)} />
        </p>
      )}
      <Button size="small" look="quiet" onClick={onClear}>
        No error handler
      </Button>
    </section>
  );
}
