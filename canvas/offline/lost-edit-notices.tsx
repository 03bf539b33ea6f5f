import { Trash2 } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import type { OpenDocument } from "../document/connect-document.ts";
import { useEdits } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/button.tsx";
import { lossText } from "./loss-text.ts";
import type { LostEdit } from "./lost-edits.ts";
import { putBack } from "./put-back.ts";

/** Says what others deleted while it was being changed here, until one decides about it. */
export function LostEditNotices({ document }: { document: OpenDocument }) {
  const lost = useSyncExternalStore(document.losses.lost.subscribe, document.losses.lost.current);
  if (lost.length === 0) return null;
  return (
    <section aria-label="Lost edits" className="pointer-events-none fixed inset-x-0 top-28 z-30 flex flex-col items-center gap-2 px-4">
      {lost.map((each) => (
        <Notice key={each.id} lost={each} document={document} />
      ))}
    </section>
  );
}

function Notice({ lost, document }: { lost: LostEdit; document: OpenDocument }) {
  const edits = useEdits();
  const text = lossText(lost, document.graph.current());
  useEffect(() => announce(text), [text]);
  const restore = () => {
    if (!edits) return;
    // a step of its own, which undo takes back as a whole
    document.undo.stopCapturing();
    putBack(lost.items, edits, document.graph.current());
    document.undo.stopCapturing();
    document.losses.dismiss(lost.id);
  };
  return (
    <div
      role="note"
      className="pointer-events-auto flex max-w-xl animate-rise items-center gap-3 rounded-lg border border-line-strong bg-overlay py-2 pr-2 pl-3.5 shadow-overlay"
    >
      <Trash2 size={15} className="shrink-0 text-warning" aria-hidden />
      <p className="min-w-0 flex-1 text-sm">{text}</p>
      {edits && (
        <Button look="primary" onClick={restore}>
          {lost.items.length === 1 ? "Put it back" : "Put them back"}
        </Button>
      )}
      <Button look="quiet" onClick={() => document.losses.dismiss(lost.id)}>
        Let {lost.items.length === 1 ? "it" : "them"} go
      </Button>
    </div>
  );
}
