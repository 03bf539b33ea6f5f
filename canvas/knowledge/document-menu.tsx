import { Ellipsis, Pencil, RotateCw, Scissors, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { KnowledgeDocument } from "#server/contract/knowledge.ts";
import { deleteKnowledgeDocument, reindexKnowledgeDocument } from "#server/contract/knowledge-documents.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { ChangeDocumentDialog } from "./change-document-dialog.tsx";
import { counted, isWorking } from "./document-words.ts";
import { DOCUMENT_STALE, DOCUMENTS_STALE } from "./uploads.tsx";

/** What can be done with a document. */
export function DocumentMenu({ document, onDeleted }: { document: KnowledgeDocument; onDeleted?(): void }) {
  const { id, title, chunks } = document;
  const [dialog, setDialog] = useState<"change" | "delete" | undefined>(undefined);
  const whyNot = useWhyNotByRole("knowledge.write");
  const reindex = useChange(reindexKnowledgeDocument, { stale: DOCUMENT_STALE });
  const remove = useChange(deleteKnowledgeDocument, { stale: DOCUMENTS_STALE });
  const again = (preview: boolean) =>
    reindex.mutate({ params: { id }, body: { preview } }, { onError: (error) => toast.error("It was not re-indexed", { description: errorText(error) }) });
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  // what is done with it now ends; so there is a way out wherever it got stuck
  const begin = isWorking(document) && whyNot === undefined ? { detail: "Begins anew; what is done now ends" } : off;
  return (
    <>
      <Menu
        trigger={<IconButton label={`Actions for ${title}`} icon={<Ellipsis size={16} />} />}
        items={[
          { type: "action", label: "Title and tags…", icon: <Pencil size={14} />, ...off, onSelect: () => setDialog("change") },
          { type: "action", label: "Re-index", icon: <RotateCw size={14} />, ...begin, onSelect: () => again(false) },
          { type: "action", label: "Cut again and look first", icon: <Scissors size={14} />, ...begin, onSelect: () => again(true) },
          { type: "separator", id: "delete" },
          { type: "action", label: "Delete…", icon: <Trash2 size={14} />, danger: true, ...off, onSelect: () => setDialog("delete") },
        ]}
      />
      {dialog === "change" && <ChangeDocumentDialog document={document} onClose={() => setDialog(undefined)} />}
      <ConfirmDialog
        open={dialog === "delete"}
        title={`Delete “${title}”?`}
        text={
          remove.error
            ? errorText(remove.error)
            : `Its ${counted(chunks, "chunk")} will not be found any more. What was answered with it stays as it is. This cannot be undone.`
        }
        confirm="Delete"
        busy={remove.isPending}
        onClose={() => setDialog(undefined)}
        onConfirm={() =>
          remove.mutate(
            { params: { id } },
            {
              onSuccess: () => {
                setDialog(undefined);
                onDeleted?.();
              },
            },
          )
        }
      />
    </>
  );
}
