import { Pin, PinOff } from "lucide-react";
import { useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { useEdits, useGraphNode } from "../document/editor-context.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { TextArea } from "../ui/input.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { editablePin, pinnedFrom } from "./pinned-values.ts";
import { usePinning } from "./use-pinning.ts";
import { usePin } from "./use-pins.ts";

/** What a node's output is pinned to: to look at, to change by hand, and to take away. */
export function PinnedOutput({ node }: { node: NodeId }) {
  const pin = usePin(node);
  const pinning = usePinning();
  const edits = useEdits();
  const [isEditing, setEditing] = useState(false);
  const label = useGraphNode(node)?.label;
  if (!pin) return null;
  return (
    <section aria-label="Pinned output" className="flex flex-col gap-2 border-line border-t p-4">
      <header className="flex items-center gap-2">
        <Pin size={13} fill="currentColor" aria-hidden className="text-accent" />
        <h3 className="flex-1 font-medium text-sm">Pinned output</h3>
        {edits && !isEditing && (
          <Button size="small" onClick={() => setEditing(true)}>
            Edit
          </Button>
        )}
        {edits && (
          <Button size="small" icon={<PinOff size={13} aria-hidden />} aria-label={`Unpin ${label ?? "the output"}`} onClick={() => pinning.toggle(node)}>
            Unpin
          </Button>
        )}
      </header>
      <p className="text-ink-muted text-xs">Runs from the canvas use it, and the node does not run. Published runs never do.</p>
      {isEditing ? <PinEditor node={node} pin={pin} onClose={() => setEditing(false)} /> : <Values pin={pin} />}
    </section>
  );
}

function Values({ pin }: { pin: StoredValues }) {
  return (
    <dl className="flex flex-col gap-2">
      {Object.entries(pin).map(([port, value]) => (
        <div key={port} className="rounded-md border border-line bg-sunken">
          <dt className="border-line border-b px-2.5 py-1 font-medium font-mono text-xs">{port}</dt>
          <dd>
            <ScrollBox label={port} className="max-h-60 overflow-auto px-2.5 py-2 text-xs">
              {value.type === "inline" ? (
                <JsonView value={value.value} />
              ) : (
                <pre className="wrap-anywhere whitespace-pre-wrap font-mono">
                  {value.preview}… ({formatBytes(value.bytes)}, kept by reference)
                </pre>
              )}
            </ScrollBox>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function PinEditor({ node, pin, onClose }: { node: NodeId; pin: StoredValues; onClose(): void }) {
  const edits = useEdits();
  const [text, setText] = useState(() => JSON.stringify(editablePin(pin), null, 2));
  const read = pinnedFrom(text, pin);
  const save = () => {
    if (!read.ok) return;
    edits?.setPin(node, read.pin);
    onClose();
  };
  const kept = Object.values(pin).some(({ type }) => type === "blob");
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field
        label="Values, by port"
        htmlFor="pinned-values"
        description={kept ? "JSON. Large values are not shown here and stay as they are." : "JSON."}
        errors={read.ok ? [] : [read.message]}
      >
        <TextArea id="pinned-values" mono rows={8} value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <div className="flex justify-end gap-2">
        <Button size="small" look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button size="small" look="primary" type="submit" disabled={!read.ok}>
          Pin this
        </Button>
      </div>
    </form>
  );
}
