import { useState } from "react";
import type { CollectionId } from "#runtime/graph/ids.ts";
import { type ContextRule, listContextRules, setContextRule } from "#server/contract/knowledge.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { Switch } from "../ui/switch.tsx";

const FORM = "context-rule";

interface RuleDialogProps {
  collection: CollectionId;
  subject: ContextRule["subject"];
  name: string;
  rule: ContextRule | undefined;
  onClose(): void;
}

/** Whether a graph or an agent sees a collection, and how much of it. */
export function RuleDialog({ collection, subject, name, rule, onClose }: RuleDialogProps) {
  const [isAllowed, setAllowed] = useState(rule?.allowed ?? true);
  const [mostChunks, setMostChunks] = useState(rule?.mostChunks?.toString() ?? "");
  const [least, setLeast] = useState(rule?.leastRelevance == null ? "" : String(Math.round(rule.leastRelevance * 100)));
  const form = useRouteForm(setContextRule, { stale: [listContextRules], onDone: onClose });
  const wrong = { most: form.errorsAt("/rule/mostChunks"), least: form.errorsAt("/rule/leastRelevance") };
  const body = () => ({ collection, subject, rule: { allowed: isAllowed, mostChunks: numberOf(mostChunks), leastRelevance: shareOf(least) } });
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form={FORM} busy={form.isBusy}>
        Save
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={name} description="What of this collection its runs see." actions={actions}>
      <form id={FORM} {...form.formProps(body)} className="flex flex-col gap-4">
        <Field inline label="Sees the collection" htmlFor="rule-allowed">
          <Switch id="rule-allowed" label="Sees the collection" checked={isAllowed} onChange={setAllowed} />
        </Field>
        {isAllowed && (
          <>
            <Field
              label="Passages at most"
              htmlFor="rule-most"
              description="Of one search, 1 to 100. Empty: as many as the step or the agent asks for."
              errors={wrong.most}
            >
              <Input
                id="rule-most"
                inputMode="numeric"
                className="w-32!"
                value={mostChunks}
                invalid={wrong.most.length > 0}
                onChange={(event) => setMostChunks(event.target.value)}
              />
            </Field>
            <Field
              label="Least relevance, in per cent"
              htmlFor="rule-least"
              description="Passages that fit less well are left out. The search shows how well each fits. Empty: none are left out."
              errors={wrong.least}
            >
              <Input
                id="rule-least"
                inputMode="decimal"
                className="w-32!"
                value={least}
                invalid={wrong.least.length > 0}
                onChange={(event) => setLeast(event.target.value)}
              />
            </Field>
          </>
        )}
        <FormError text={wrong.most.length + wrong.least.length > 0 ? undefined : form.problem} />
      </form>
    </Dialog>
  );
}

/** Null where nothing is typed; what is no number is left for the contract to refuse. */
function numberOf(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}

function shareOf(percent: string): number | null {
  const number = numberOf(percent);
  return number === null ? null : number / 100;
}
