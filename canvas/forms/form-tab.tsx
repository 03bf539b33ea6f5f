import { ChevronRight, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { type Form, type FormOfGraph, type FormSettings, readForm, renewForm } from "#server/contract/forms.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { useEditor, useGraphPart } from "../document/editor-context.ts";
import { Address } from "../ui/address.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { FormSettingsForm } from "./form-settings-form.tsx";
import { SubmissionList } from "./submission-list.tsx";

/** Submissions within an hour, until somebody says otherwise. */
const PER_HOUR = 60;

/** The graph as a form: whether there is one, for whom, and what came by it. */
export function FormTab() {
  const { graphId } = useEditor();
  const { data, error, isFetching, refetch } = useApi(readForm, { params: { id: graphId } });
  if (!data && error) return <LoadError title="The form could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={3} label="Loading the form" />;
  return <FormOf of={data} />;
}

function FormOf({ of: { form, problem } }: { of: FormOfGraph }) {
  const name = useGraphPart((graph) => graph.name);
  const [isMaking, setMaking] = useState(false);
  const fresh: FormSettings = { isOpen: true, title: name || "Untitled", description: "", audience: "members", perHour: PER_HOUR, dailyBudget: null };
  return (
    <div className="flex flex-col gap-5">
      {problem !== null && (
        <p className="flex items-start gap-2 rounded-md bg-warning-soft px-3 py-2 text-sm">
          <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warning" aria-hidden />
          {problem}
        </p>
      )}
      {!form && !isMaking && (
        <div className="flex flex-col items-start gap-3">
          <p className="text-ink-muted text-sm">
            A form asks for what the start of the graph asks for, and shows what the graph puts out: to people who see nothing else of it. Each submission is a
            run of the published revision, which acts as whoever published it.
          </p>
          <Button look="primary" onClick={() => setMaking(true)}>
            Make a form
          </Button>
        </div>
      )}
      {form && <FormAddress form={form} />}
      {!form && isMaking && <FormSettingsForm settings={fresh} isNew onDone={() => setMaking(false)} />}
      {form && (
        <details className="group">
          <summary className="flex list-none items-center gap-1.5 rounded-sm py-1 font-medium text-sm hover:text-accent">
            <ChevronRight size={14} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
            Settings of the form
          </summary>
          <div className="pt-3">
            <FormSettingsForm settings={form} isNew={false} onDone={() => undefined} />
          </div>
        </details>
      )}
      {form && <SubmissionList />}
    </div>
  );
}

function FormAddress({ form }: { form: Form }) {
  const { graphId } = useEditor();
  const [isAsking, setAsking] = useState(false);
  const renew = useChange(renewForm, { stale: [readForm] });
  const confirm = () =>
    renew.mutate(
      { params: { id: graphId } },
      {
        onSuccess: () => toast.success("The form has another address", { description: "The old one opens nothing any more." }),
        onError: (error) => toast.error("The address was not replaced", { description: errorText(error) }),
        onSettled: () => setAsking(false),
      },
    );
  return (
    <section aria-label="Address of the form" className="flex flex-col gap-2">
      <Address text={form.url} label="Copy the address of the form" />
      <p className="flex items-center justify-between gap-3 text-ink-muted text-xs">
        {form.isOpen
          ? form.audience === "link"
            ? "Whoever has the address may use it."
            : "Members of the workspace may use it."
          : "It is closed: the address opens nothing."}
        <Button size="small" look="quiet" onClick={() => setAsking(true)}>
          Replace the address…
        </Button>
      </p>
      <ConfirmDialog
        open={isAsking}
        title="Replace the address of the form?"
        text="Whoever has the old one cannot use the form any more. What was sent by it stays, and whoever sent something still sees what came of it."
        confirm="Replace"
        busy={renew.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      />
    </section>
  );
}
