import { ChevronDown, CloudOff, CloudUpload } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { toast } from "sonner";
import { listAgents } from "#server/contract/agents.ts";
import { readChatting } from "#server/contract/chats.ts";
import { readForm } from "#server/contract/forms.ts";
import { cutRevision, listGraphs, listRevisions, publishGraph, readGraph, unpublishGraph } from "#server/contract/graphs.ts";
import { listHooks } from "#server/contract/hooks.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import type { OpenDocument } from "../document/connect-document.ts";
import { useEditor } from "../document/editor-context.ts";
import { PublishDialog } from "../revisions/publish-dialog.tsx";
import { useDraftStanding } from "../revisions/use-draft-standing.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Menu } from "../ui/menu.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { saved } from "./saved.ts";

const STALE = [readGraph, listGraphs, listAgents, listHooks, listRevisions, readChatting, readForm];
const MEANING = "Webhooks, schedules, sub-graphs and MCP run the published revision.";

/** Which revision others run, and making the draft that revision. */
export function PublishButton({ document }: { document: OpenDocument }) {
  const { graphId } = useEditor();
  const [isTakingBack, setTakingBack] = useState(false);
  const [busy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const standing = useDraftStanding();
  const graph = useApi(readGraph, { params: { id: graphId } });
  const cut = useChange(cutRevision);
  const mark = useChange(publishGraph, { stale: STALE });
  const published = graph.data?.publishedRevision ?? null;
  const publish = async () => {
    setBusy(true);
    try {
      await saved(document);
      const { number } = await cut.mutateAsync({ params: { id: graphId }, body: { message: "Published" } });
      await mark.mutateAsync({ params: { id: graphId }, body: { revision: number } });
      toast.success(`Revision ${number} is published`, { description: MEANING });
    } catch (error) {
      toast.error("The graph was not published", { description: errorText(error) });
    }
    setBusy(false);
  };
  const whyNot = useWhyNotByRole("graph.publish");
  const icon = <CloudUpload size={14} aria-hidden />;
  const off = { disabled: whyNot !== undefined, detail: whyNot };
  const askOrPublish = () => (published !== null && standing ? setAsking(true) : void publish());
  usePublishCommands({ whyNot, isPublished: published !== null, publish: askOrPublish, unpublish: () => setTakingBack(true) });
  if (published === null) {
    return (
      <NotAllowed reason={whyNot}>
        <Button
          icon={icon}
          busy={busy}
          {...(whyNot === undefined && { title: MEANING })}
          disabled={graph.data === undefined || whyNot !== undefined}
          onClick={() => void publish()}
        >
          Publish
        </Button>
      </NotAllowed>
    );
  }
  return (
    <>
      <Menu
        trigger={
          <Button icon={icon} busy={busy} title={MEANING}>
            <span className="max-lg:hidden">Published · </span>
            {published}
            <ChevronDown size={13} aria-hidden />
          </Button>
        }
        items={[
          { type: "action", label: "Publish the draft…", icon, ...off, onSelect: askOrPublish },
          { type: "separator", id: "unpublish" },
          { type: "action", label: "Unpublish…", icon: <CloudOff size={14} />, danger: true, ...off, onSelect: () => setTakingBack(true) },
        ]}
      />
      {isAsking && standing && (
        <PublishDialog
          standing={standing}
          onPublish={() => {
            setAsking(false);
            void publish();
          }}
          onClose={() => setAsking(false)}
        />
      )}
      {isTakingBack && <UnpublishDialog onClose={() => setTakingBack(false)} />}
    </>
  );
}

interface PublishCommandsGiven {
  whyNot: string | undefined;
  isPublished: boolean;
  publish(): void;
  unpublish(): void;
}

function usePublishCommands(given: PublishCommandsGiven): void {
  const { whyNot, isPublished } = given;
  const latest = useRef(given);
  latest.current = given;
  useProvideCommands(
    useMemo<Command[]>(
      () => [
        {
          id: "publish",
          title: "Publish the draft",
          group: "Run",
          keywords: ["release", "deploy", "live"],
          blocked: () => whyNot,
          run: () => latest.current.publish(),
        },
        {
          id: "unpublish",
          title: "Unpublish the graph…",
          group: "Run",
          keywords: ["take back", "withdraw"],
          blocked: () => whyNot ?? (isPublished ? undefined : "Nothing is published."),
          run: () => latest.current.unpublish(),
        },
      ],
      [whyNot, isPublished],
    ),
  );
}

function UnpublishDialog({ onClose }: { onClose(): void }) {
  const { graphId } = useEditor();
  const unpublish = useChange(unpublishGraph, { stale: STALE });
  const confirm = () =>
    unpublish.mutate(
      { params: { id: graphId } },
      { onError: (error) => toast.error("The graph is still published", { description: errorText(error) }), onSettled: onClose },
    );
  const text = "Calls of its webhooks are answered 404, and nothing else begins runs of it. Runs that go on are not touched.";
  return <ConfirmDialog open title="Unpublish this graph?" text={text} confirm="Unpublish" busy={unpublish.isPending} onConfirm={confirm} onClose={onClose} />;
}
