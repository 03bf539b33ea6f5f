import { useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { PortType } from "#runtime/node/ports.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import { FilePicker } from "../files/file-picker.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { TextArea } from "../ui/input.tsx";
import { Switch } from "../ui/switch.tsx";
import { parseOutputs } from "./parse-outputs.ts";
import { changedInputs, recordedInputs } from "./recorded-inputs.ts";
import type { RunView } from "./run-view.ts";
import type { Rerun } from "./use-rerun.ts";

export interface RunOnlyDialogProps {
  view: RunView;
  summary: RunSummary;
  node: NodeId;
  rerun: Rerun;
  onClose(): void;
}

/** Asks with which inputs a node is to run alone: those that are recorded, or others. */
export function RunOnlyDialog({ view, summary, node, rerun, onClose }: RunOnlyDialogProps) {
  const planNode = view.state?.plan.nodes[node];
  const ports = Object.keys(planNode?.inputs ?? {});
  const [recorded] = useState(() => recordedInputs(view, node));
  const filePorts = ports.filter((port) => isFilePort(planNode?.inputs[port]));
  const dataPorts = ports.filter((port) => !filePorts.includes(port));
  const startingText = () => textOf(recorded.values, dataPorts);
  const [typed, setTyped] = useState<string | undefined>(recorded.isComplete ? undefined : startingText);
  const [files, setFiles] = useState(() => pick(recorded.values, filePorts));
  const parsed = typed === undefined ? undefined : parseOutputs(typed, dataPorts, "input");
  const run = async () => {
    if (parsed?.ok === false) return;
    const inputs = parsed && changedInputs(recorded.values, { ...parsed.value, ...files });
    const overrides = inputs && Object.keys(inputs).length > 0 ? { overrides: { [node]: { inputs } } } : {};
    if (await rerun.begin(summary, { at: node, only: [node], ...overrides })) onClose();
  };
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Go back
      </Button>
      <Button look="primary" type="submit" form="run-only" busy={rerun.busy} disabled={parsed?.ok === false}>
        Run it
      </Button>
    </>
  );
  const description = "No other node runs. What it needs of them is taken from the run that is shown.";
  return (
    <Dialog open onClose={onClose} title={`Run only “${planNode?.label ?? node}”`} description={description} actions={actions}>
      <form
        id="run-only"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        {ports.length === 0 && <p className="text-ink-muted text-sm">It has no inputs.</p>}
        {ports.length > 0 && recorded.isComplete && (
          <Field label="With other inputs" htmlFor="other-inputs" inline description="For this run only; its wires stay as they are.">
            <Switch id="other-inputs" checked={typed !== undefined} onChange={(other) => setTyped(other ? startingText() : undefined)} />
          </Field>
        )}
        {typed !== undefined &&
          filePorts.map((port) => (
            <Field key={port} label={port} htmlFor={`only-${port}`}>
              <FilePicker
                id={`only-${port}`}
                value={files[port]}
                accept={planNode?.inputs[port]?.type === "image" ? "image/*" : undefined}
                onChange={(file) => setFiles(({ [port]: _, ...others }) => (file ? { ...others, [port]: file } : others))}
              />
            </Field>
          ))}
        {typed !== undefined && dataPorts.length > 0 && (
          <Field
            label="Inputs, by port"
            htmlFor="only-inputs"
            description={
              recorded.isComplete ? "JSON. What you leave as it is comes from the recorded run." : "JSON. Not all of its inputs are recorded in this run."
            }
            errors={parsed?.ok === false ? [parsed.message] : []}
          >
            <TextArea id="only-inputs" mono rows={6} value={typed} onChange={(event) => setTyped(event.target.value)} />
          </Field>
        )}
      </form>
    </Dialog>
  );
}

function isFilePort(port: { type: PortType; many: boolean } | undefined): boolean {
  return port?.many === false && (port.type === "file" || port.type === "image");
}

function pick(values: Readonly<Record<string, Json>>, names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

function textOf(values: Readonly<Record<string, Json>>, ports: readonly string[]): string {
  return JSON.stringify(pick(values, ports), null, 2);
}
