import { ChevronRight, Play } from "lucide-react";
import { useState } from "react";
import { type Budget, type Measure, measureSchema } from "#runtime/graph/budget.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { useEditor } from "../document/editor-context.ts";
import { Form } from "../inspector/form.tsx";
import { useBeforeRun } from "../runs/before-run.ts";
import { CostForecast } from "../runs/cost-estimate.tsx";
import { MEASURE_WORDS, parseLimit } from "../runs/measure-words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { missingInput, NO_INPUT, rememberedInput, rememberInput, startingInput } from "./run-input.ts";
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
  const [typed, setTyped] = useState<Partial<Record<Measure, string>>>({});
  const { accept } = useBeforeRun(graphId);
  const hasInput = schema !== NO_INPUT;
  const missing = missingInput(schema, values);
  const limits = measureSchema.options.map((measure) => {
    const text = typed[measure] ?? "";
    const limit = parseLimit(measure, text);
    return { measure, text, limit, isWrong: text.trim() !== "" && limit === undefined };
  });
  const isBudgetWrong = limits.some(({ isWrong }) => isWrong);
  const budget: Budget = Object.fromEntries(limits.flatMap(({ measure, limit }) => (limit === undefined ? [] : [[measure, limit]])));
  const change = (name: string, value: Json | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const run = async () => {
    setTried(true);
    if (missing.length > 0 || isBudgetWrong) return;
    setBusy(true);
    if (hasInput) rememberInput(graphId, values);
    accept();
    if (await onRun({ ...(hasInput && { input: values }), ...(Object.keys(budget).length > 0 && { budget }) })) onClose();
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
      title={hasInput ? "Run with" : "Run this?"}
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
        <div className={hasInput ? "mt-4 empty:hidden" : "empty:hidden"}>
          <CostForecast graph={graphId} budget={budget} />
        </div>
        <details className="group mt-4">
          <summary className="flex list-none items-center gap-1.5 rounded-sm py-1 font-medium text-ink-muted text-xs hover:text-ink">
            <ChevronRight size={13} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
            Budget
          </summary>
          <div className="flex flex-col gap-4 pt-3">
            <p className="text-ink-muted text-xs">Before this run would use more, it waits and asks. Where a field is empty, the graph’s settings count.</p>
            {limits.map(({ measure, text, isWrong }) => (
              <Field key={measure} label={MEASURE_WORDS[measure].field} htmlFor={`run-form-${measure}`} errors={isWrong ? [MEASURE_WORDS[measure].wrong] : []}>
                <Input
                  id={`run-form-${measure}`}
                  inputMode="decimal"
                  value={text}
                  onChange={(event) => setTyped({ ...typed, [measure]: event.target.value })}
                />
              </Field>
            ))}
          </div>
        </details>
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
