import { Share2 } from "lucide-react";
import { useState } from "react";
import { useEditor } from "../document/editor-context.ts";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import { useWhyNotHere } from "./use-graph-access.ts";

/** Opens who else may see the graph; not in single-user mode, where there is nobody else. */
export function ShareButton() {
  const { graphId } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const session = useSession();
  const whyNot = useWhyNotHere(graphId, "graph.share");
  if (session?.mode !== "team") return null;
  return (
    <>
      <NotAllowed reason={whyNot}>
        <Button icon={<Share2 size={14} aria-hidden />} disabled={whyNot !== undefined} aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <span className="max-lg:sr-only">Share</span>
        </Button>
      </NotAllowed>
      {isOpen && <ShareDialog onClose={() => setOpen(false)} />}
    </>
  );
}
