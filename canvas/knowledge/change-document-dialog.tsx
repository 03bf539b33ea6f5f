import { useState } from "react";
import type { KnowledgeDocument } from "#server/contract/knowledge.ts";
import { changeKnowledgeDocument, readKnowledgeDocument } from "#server/contract/knowledge-documents.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { tagsOf } from "./document-words.ts";
import { TagsField } from "./tags-field.tsx";
import { DOCUMENTS_STALE } from "./uploads.tsx";

const FORM = "change-document";

/** What a document is called, and its tags. */
export function ChangeDocumentDialog({ document, onClose }: { document: KnowledgeDocument; onClose(): void }) {
  const [title, setTitle] = useState(document.title);
  const [tags, setTags] = useState(document.tags.join(", "));
  const form = useRouteForm(changeKnowledgeDocument, {
    given: { params: { id: document.id } },
    stale: [...DOCUMENTS_STALE, readKnowledgeDocument],
    onDone: onClose,
  });
  const wrong = form.errorsAt("/title");
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form={FORM} busy={form.isBusy} disabled={title.trim() === ""}>
        Save
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title="Title and tags" actions={actions}>
      <form id={FORM} {...form.formProps(() => ({ title, tags: tagsOf(tags) }))} className="flex flex-col gap-4">
        <Field label="Title" htmlFor="document-title" required errors={wrong}>
          <Input id="document-title" maxLength={200} value={title} invalid={wrong.length > 0} onChange={(event) => setTitle(event.target.value)} />
        </Field>
        <TagsField value={tags} onChange={setTags} errors={form.errorsAt("/tags")} collection={document.collection} />
        <FormError text={wrong.length + form.errorsAt("/tags").length > 0 ? undefined : form.problem} />
      </form>
    </Dialog>
  );
}
