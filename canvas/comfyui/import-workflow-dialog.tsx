import { useState } from "react";
import { useNavigate } from "react-router";
import { createWorkflow, listWorkflows, listWorkflowTags, type OfferedParts, type WorkflowCategory } from "#server/contract/comfy-workflows.ts";
import { errorText } from "../api/api-problem.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { type AboutDraft, AboutFields, tagsOf } from "./about-fields.tsx";
import { MissingClasses, Notice } from "./notices.tsx";
import { OfferedPartsList, offeredOf } from "./offered-parts.tsx";
import { ServerSelect, useServerChoice } from "./server-select.tsx";
import { useReadSource } from "./use-read-source.ts";
import { type BroughtWorkflow, WorkflowSource } from "./workflow-source.tsx";

const FORM = "import-workflow";

/** Brings a workflow into the library: shows beforehand what was found in it, to be named and offered. */
export function ImportWorkflowDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const { servers, problems, connection, choose } = useServerChoice();
  const [brought, setBrought] = useState<BroughtWorkflow | undefined>(undefined);
  const read = useReadSource(brought?.source, connection);
  const { data } = read;
  const [words, setWords] = useState({ name: "", description: "", tags: "" });
  const [category, setCategory] = useState<WorkflowCategory | undefined>(undefined);
  const about: AboutDraft = { ...words, category: category ?? data?.category ?? "generation" };
  const changeAbout = ({ category: next, ...more }: AboutDraft) => {
    setWords(more);
    if (next !== about.category) setCategory(next);
  };
  const [changed, setChanged] = useState<{ of: object; offered: OfferedParts } | undefined>(undefined);
  // what was named of one file, or by what one server says, fits no other
  const offered = data && (changed?.of === data ? changed.offered : offeredOf(data.content));
  const form = useRouteForm(createWorkflow, { stale: [listWorkflows, listWorkflowTags], onDone: ({ id }) => void navigate(`/comfyui/${id}`) });
  const isFatal = data !== undefined && data.missing.length > 0 && data.content.format === "ui";
  const bring = (next: BroughtWorkflow | undefined) => {
    setBrought(next);
    // a name that somebody has given stays
    const isOwn = words.name.trim() !== "" && (brought === undefined || words.name !== nameOf(brought.name));
    if (!isOwn) setWords({ ...words, name: nameOf(next?.name ?? "") });
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Import a workflow"
      description="Of ComfyUI, to be used as a node of graphs and as a tool of agents."
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form={FORM} busy={form.isBusy} disabled={!data || isFatal}>
            Import
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        {...form.formProps(() => ({
          ...{ name: about.name, description: about.description, category: about.category, tags: tagsOf(about.tags) },
          // a picture that carries its workflow shows what comes of it
          ...(brought && "asset" in brought.source && { cover: brought.source.asset }),
          ...{ source: brought?.source, ...(connection && { connection }), ...(offered && { offered }) },
        }))}
      >
        <WorkflowSource brought={brought} onBring={bring} />
        <Field
          label="Server"
          htmlFor="import-workflow-server"
          errors={problems}
          description="It is asked what its nodes take. Without one, only files of “Export (API)” can be read, and choices and limits are not known."
        >
          <ServerSelect id="import-workflow-server" servers={servers} value={connection} none="Ask none" onChange={choose} />
        </Field>
        {read.isFetching && (
          <p className="flex items-center gap-2 text-ink-muted text-sm">
            <Spinner size={14} /> Looking what is in it…
          </p>
        )}
        {read.error && brought && <FormError text={errorText(read.error)} />}
        {data && brought && offered && (
          <>
            <MissingClasses missing={data.missing} isFatal={isFatal} />
            {data.warnings.map((warning) => (
              <Notice key={warning} tone="warning">
                {warning}
              </Notice>
            ))}
            <AboutFields value={about} onChange={changeAbout} errorsAt={form.errorsAt} />
            <OfferedPartsList content={data.content} offered={offered} onChange={(next) => setChanged({ of: data, offered: next })} />
          </>
        )}
        {form.problem !== undefined && <FormError text={form.problem} />}
      </form>
    </Dialog>
  );
}

/** "my_workflow-api.json" becomes "My workflow api". */
function nameOf(file: string): string {
  const words = file
    .replace(/\.[A-Za-z0-9]{1,5}$/, "")
    .replaceAll(/[_-]+/g, " ")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
