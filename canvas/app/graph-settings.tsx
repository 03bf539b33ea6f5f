import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { useEditor, useGraphPart } from "../document/editor-context.ts";
import { Form } from "../inspector/form.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
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
      {settings.errorGraph !== undefined && edits && (
        <Button size="small" look="quiet" className="mt-2" onClick={() => change("errorGraph", undefined)}>
          No error handler
        </Button>
      )}
    </Dialog>
  );
}
