import { useState } from "react";
import { toast } from "sonner";
import { type FormSettings, readForm, setForm } from "#server/contract/forms.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { useEditor } from "../document/editor-context.ts";
import { ChoiceList } from "../runs/choice-list.tsx";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { Switch } from "../ui/switch.tsx";

const AUDIENCES = [
  { value: "members", label: "Members of the workspace", text: "Signed in, whatever their role: also those who may only look." },
  { value: "link", label: "Anyone with the link", text: "Without an account. They see their own submission, and nothing else." },
] as const;

interface FormSettingsFormProps {
  settings: FormSettings;
  isNew: boolean;
  onDone(): void;
}

/** Who may use the form of a graph, and how much. */
export function FormSettingsForm({ settings, isNew, onDone }: FormSettingsFormProps) {
  const { graphId } = useEditor();
  const isAlone = useSession()?.mode === "single-user";
  const [isOpen, setOpen] = useState(settings.isOpen);
  const [title, setTitle] = useState(settings.title);
  const [description, setDescription] = useState(settings.description);
  const [audience, setAudience] = useState(settings.audience);
  const [perHour, setPerHour] = useState(String(settings.perHour));
  const [dailyBudget, setDailyBudget] = useState(settings.dailyBudget === null ? "" : String(settings.dailyBudget));
  const form = useRouteForm(setForm, {
    given: { params: { id: graphId } },
    stale: [readForm],
    onDone: () => {
      toast.success(isNew ? "The graph has a form" : "The form is saved");
      onDone();
    },
  });
  const body = () => ({
    isOpen,
    title,
    description,
    audience,
    perHour: numberOf(perHour),
    dailyBudget: dailyBudget.trim() === "" ? null : numberOf(dailyBudget),
  });
  const titleErrors = form.errorsAt("/title");
  const hourErrors = form.errorsAt("/perHour");
  const budgetErrors = form.errorsAt("/dailyBudget");
  const isTold = titleErrors.length + hourErrors.length + budgetErrors.length > 0;
  return (
    <form aria-label="Settings of the form" className="flex flex-col gap-4" {...form.formProps(body)}>
      {!isTold && <FormError text={form.problem} />}
      {!isNew && (
        <Field label="Open" htmlFor="form-open" inline>
          <Switch id="form-open" label="Open" checked={isOpen} onChange={setOpen} />
        </Field>
      )}
      <Field label="Title" htmlFor="form-title" required errors={titleErrors}>
        <Input id="form-title" maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      </Field>
      <Field label="Description" htmlFor="form-description" description="Above the fields, as Markdown.">
        <TextArea id="form-description" maxLength={10_000} value={description} onChange={(event) => setDescription(event.target.value)} />
      </Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 font-medium text-ink-muted text-xs">Who may use it</legend>
        <ChoiceList label="Who may use it" options={AUDIENCES} value={audience} onChange={(value) => setAudience(value === "link" ? "link" : "members")} />
        {isAlone && <p className="text-ink-faint text-xs">In single-user mode, only who reaches this machine opens the address. Team mode takes it further.</p>}
      </fieldset>
      <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
        <Field label="Submissions an hour" htmlFor="form-hour" required description="Of everybody together." errors={hourErrors}>
          <Input id="form-hour" inputMode="numeric" value={perHour} onChange={(event) => setPerHour(event.target.value)} />
        </Field>
        <Field label="Dollars a day" htmlFor="form-budget" description="Then it takes nothing more for a while. Empty: no limit." errors={budgetErrors}>
          <Input id="form-budget" inputMode="decimal" placeholder="No limit" value={dailyBudget} onChange={(event) => setDailyBudget(event.target.value)} />
        </Field>
      </div>
      <div className="flex justify-end gap-2">
        {isNew && (
          <Button look="quiet" onClick={onDone}>
            Cancel
          </Button>
        )}
        <Button type="submit" look="primary" busy={form.isBusy}>
          {isNew ? "Open the form" : "Save"}
        </Button>
      </div>
    </form>
  );
}

/** What is none is left for the contract to refuse. */
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text.trim().replace(/^\$/, ""));
}
