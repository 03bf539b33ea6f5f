import { Play } from "lucide-react";
import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { useEditor } from "../document/editor-context.ts";
import { Form } from "../inspector/form.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { missingInput, rememberedInput, rememberInput, startingInput } from "./run-input.ts";

export interface RunFormProps {
  schema: JsonSchema;
  onRun(input: Record<string, Json>): Promise<boolean>;
  onClose(): void;
}

/** Asks for a run's input; begins with what the last run was given. */
export function RunForm({ schema, onRun, onClose }: RunFormProps) {
  const { graphId } = useEditor();
  const [values, setValues] = useState(() => startingInput(schema, rememberedInput(graphId)));
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const missing = missingInput(schema, values);
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const run = async () => {
    setTried(true);
    if (missing.length > 0) return;
    setBusy(true);
    rememberInput(graphId, values);
    if (await onRun(values)) onClose();
    setBusy(false);
  };
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" busy={isBusy} icon={<Play size={14} fill="currentColor" aria-hidden />} onClick={() => void run()}>
        Run <Kbd keys="Ctrl+Enter" onFill />
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Run with"
      actions={actions}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void run();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Form schema={schema} values={values} onChange={change} errors={isTried ? missing : []} />
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
