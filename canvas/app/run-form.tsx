import { ChevronRight, Play } from "lucide-react";
import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { useEditor } from "../document/editor-context.ts";
import { Form } from "../inspector/form.tsx";
import { CostForecast } from "../runs/cost-estimate.tsx";
import { parseDollars } from "../runs/format-dollars.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { missingInput, rememberedInput, rememberInput, startingInput } from "./run-input.ts";
import type { RunRequest } from "./use-run.ts";

export interface RunFormProps {
  schema: JsonSchema;
  onRun(request: RunRequest): Promise<boolean>;
  onClose(): void;
}

/** Asks for a run's input; begins with what the last run was given. */
export function RunForm({ schema, onRun, onClose }: RunFormProps) {
  const { graphId } = useEditor();
  const [values, setValues] = useState(() => startingInput(schema, rememberedInput(graphId)));
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [budget, setBudget] = useState("");
  const missing = missingInput(schema, values);
  const amount = parseDollars(budget);
  const isBudgetWrong = budget.trim() !== "" && amount === undefined;
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const run = async () => {
    setTried(true);
    if (missing.length > 0 || isBudgetWrong) return;
    setBusy(true);
    rememberInput(graphId, values);
    if (await onRun({ input: values, ...(amount !== undefined && { budget: amount }) })) onClose();
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
        <div className="mt-4 empty:hidden">
          <CostForecast graph={graphId} budget={amount} />
        </div>
        <details className="group mt-4">
          <summary className="flex list-none items-center gap-1.5 rounded-sm py-1 font-medium text-ink-muted text-xs hover:text-ink">
            <ChevronRight size={13} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
            More
          </summary>
          <div className="pt-3">
            <Field
              label="Budget in dollars"
              htmlFor="run-form-budget"
              description="Before this run would cost more, it waits and asks. Empty: as the graph's settings say."
              errors={isBudgetWrong ? ["Write a sum of dollars, such as 2.50."] : []}
            >
              <Input id="run-form-budget" inputMode="decimal" value={budget} invalid={isBudgetWrong} onChange={(event) => setBudget(event.target.value)} />
            </Field>
          </div>
        </details>
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
