import { Share2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { ShareDialog } from "./share-dialog.tsx";

/** Opens who else may see the graph, and its form. */
export function ShareButton() {
  const [isOpen, setOpen] = useState(false);
  const whyNot = useWhyNotByRole("graph.share");
  useProvideCommands(
    useMemo<Command[]>(
      () => [
        {
          id: "share-graph",
          title: "Share the graph…",
          group: "Together",
          keywords: ["invite", "link", "access", "guest", "form"],
          blocked: () => whyNot,
          run: () => setOpen(true),
        },
      ],
      [whyNot],
    ),
  );
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
