import { type ComponentProps, useState } from "react";
import { type Collection, changeCollection, createCollection, listCollections, readCollection } from "#server/contract/knowledge.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { type CollectionDraft, changesEmbedder, toBody, toDraft, wantsReindex } from "./collection-draft.ts";
import { ChunkingFields, EmbedderFields, LanguageField, RerankerFields } from "./collection-fields.tsx";

const STALE = [listCollections, readCollection];
const FORM = "collection-form";

interface Sending {
  isBusy: boolean;
  errorsAt(path: string): string[];
  problem: string | undefined;
  formProps(body: () => unknown): ComponentProps<"form">;
}

interface DialogProps {
  onSaved?(collection: Collection): void;
  onClose(): void;
}

/** Makes a collection. */
export function CollectionDialog({ onSaved, onClose }: DialogProps) {
  const form = useRouteForm(createCollection, {
    stale: STALE,
    onDone: (made) => {
      onClose();
      onSaved?.(made);
    },
  });
  return (
    <CollectionForm
      form={form}
      title="New collection"
      description="Documents that are searched together. All of this can be changed later."
      save="Create"
      onClose={onClose}
    />
  );
}

/** Changes what a collection is called and how its documents are cut, embedded and found. */
export function ChangeCollectionDialog({ collection, onSaved, onClose }: DialogProps & { collection: Collection }) {
  const form = useRouteForm(changeCollection, {
    given: { params: { id: collection.id } },
    stale: STALE,
    onDone: (changed) => {
      onClose();
      onSaved?.(changed);
    },
  });
  return <CollectionForm form={form} collection={collection} title={`Settings of “${collection.name}”`} save="Save" onClose={onClose} />;
}

interface FormProps {
  form: Sending;
  collection?: Collection;
  title: string;
  description?: string;
  save: string;
  onClose(): void;
}

function CollectionForm({ form, collection, title, description, save, onClose }: FormProps) {
  const [draft, setDraft] = useState<CollectionDraft>(() => toDraft(collection));
  const change = (part: Partial<CollectionDraft>) => setDraft({ ...draft, ...part });
  const { errorsAt } = form;
  const parts = { draft, change, errorsAt };
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form={FORM} busy={form.isBusy} disabled={draft.name.trim() === ""}>
        {save}
      </Button>
    </>
  );
  const named = ["/name", "/description", "/language", "/chunking", "/embedder", "/reranker"].some((path) => errorsAt(path).length > 0);
  return (
    <Dialog open wide onClose={onClose} title={title} {...(description !== undefined && { description })} actions={actions}>
      <form id={FORM} {...form.formProps(() => toBody(draft))} className="flex flex-col gap-5">
        <Field label="Name" htmlFor="collection-name" required errors={errorsAt("/name")}>
          <Input
            id="collection-name"
            autoFocus
            maxLength={200}
            placeholder="Handbook"
            value={draft.name}
            invalid={errorsAt("/name").length > 0}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        <Field
          label="Description"
          htmlFor="collection-description"
          description="What is in it. Agents read this when they choose where to look something up."
          errors={errorsAt("/description")}
        >
          <TextArea
            id="collection-description"
            rows={2}
            maxLength={2000}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        </Field>
        <LanguageField {...parts} />
        <ChunkingFields {...parts} />
        <EmbedderFields {...parts} />
        <RerankerFields {...parts} />
        {collection && wantsReindex(collection, draft) && (
          <p role="status" className="rounded-md bg-warning-soft px-3 py-2 text-sm">
            What is indexed was made with other settings. You are asked to re-index it once this is saved; until then the documents are found as they were
            {changesEmbedder(collection, draft) ? ", by their words only." : "."}
          </p>
        )}
        <FormError text={named ? undefined : form.problem} />
      </form>
    </Dialog>
  );
}
