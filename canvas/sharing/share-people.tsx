import { Link2, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "sonner";
import type { ShareLevel } from "#server/contract/access.ts";
import { changeShare, endShare, listShares, type Share, shareGraph } from "#server/contract/sharing.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { Address } from "../ui/address.tsx";
import { Button } from "../ui/button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { LEVELS } from "./levels.ts";
import { SharePerson } from "./share-person.tsx";

const STALE = [listShares];
const LINK_WORDS: Readonly<Record<ShareLevel, { title: string; text: string }>> = {
  view: { title: "Link to view", text: "Whoever has it may look at the graph and its runs, without an account." },
  edit: { title: "Link to edit", text: "Whoever has it and signs in may change the graph. Without an account, they may look." },
};

/** Who may open the graph beyond the members of its workspace: by name, and by a link. */
export function SharePeople() {
  const { graphId } = useEditor();
  const shares = useApi(listShares, { params: { id: graphId } });
  const items = shares.data?.items;
  const people = items?.filter((share) => share.kind === "person") ?? [];
  return (
    <div className="flex flex-col gap-6">
      <section aria-labelledby="share-people" className="flex flex-col gap-3">
        <Heading id="share-people">People</Heading>
        <SharePerson graphId={graphId} />
        {!items && shares.error && (
          <LoadError title="The list could not be loaded" text={errorText(shares.error)} busy={shares.isFetching} onRetry={() => void shares.refetch()} />
        )}
        {!items && !shares.error && <SkeletonRows rows={2} label="Loading with whom it is shared" />}
        {items && people.length === 0 && <p className="text-ink-faint text-sm">Shared with nobody by name.</p>}
        {people.length > 0 && (
          <ul className="rounded-lg border border-line">
            {people.map((share) => (
              <Person key={share.id} share={share} />
            ))}
          </ul>
        )}
      </section>
      {items && (
        <section aria-labelledby="share-links" className="flex flex-col gap-3">
          <Heading id="share-links">Links</Heading>
          {(["view", "edit"] as const).map((level) => (
            <LinkShare key={level} level={level} share={items.find((share) => share.kind === "link" && share.level === level)} />
          ))}
        </section>
      )}
    </div>
  );
}

function Heading({ id, children }: { id: string; children: ReactNode }) {
  return (
    <h3 id={id} className="font-medium text-sm">
      {children}
    </h3>
  );
}

function Person({ share }: { share: Extract<Share, { kind: "person" }> }) {
  const { graphId } = useEditor();
  const change = useChange(changeShare, { stale: STALE });
  const params = { id: graphId, share: share.id };
  const setLevel = (level: string) => {
    const body = { level: level === "edit" ? ("edit" as const) : ("view" as const) };
    change.mutate({ params, body }, { onError: (error) => toast.error("That was not changed", { description: errorText(error) }) });
  };
  return (
    <li className="flex items-center gap-3 border-line border-b px-3 py-2 last:border-b-0">
      <UserRound size={16} className="shrink-0 text-ink-faint" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium text-sm">{share.name}</p>
        <p className="truncate text-ink-faint text-xs">{share.email}</p>
      </div>
      <Select label={`What ${share.name} may do`} className="w-32!" value={share.level} options={LEVELS} disabled={change.isPending} onChange={setLevel} />
      <StopButton share={share} label={`Stop sharing with ${share.name}`} />
    </li>
  );
}

function LinkShare({ level, share }: { level: ShareLevel; share: Share | undefined }) {
  const { graphId } = useEditor();
  const make = useChange(shareGraph, { stale: STALE });
  const { title, text } = LINK_WORDS[level];
  const start = () =>
    make.mutate(
      { params: { id: graphId }, body: { kind: "link", level } },
      { onError: (error) => toast.error("There is no link", { description: errorText(error) }) },
    );
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line px-3 py-2.5">
      <div className="flex items-start gap-3">
        <Link2 size={16} className="mt-0.5 shrink-0 text-ink-faint" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium text-sm">{title}</p>
          <p className="text-ink-muted text-xs">{text}</p>
        </div>
        {share ? (
          <StopButton share={share} label={`Stop sharing by the ${title.toLowerCase()}`} />
        ) : (
          <Button busy={make.isPending} aria-label={`Make a ${title.toLowerCase()}`} onClick={start}>
            Make a link
          </Button>
        )}
      </div>
      {share?.kind === "link" && <Address text={share.url} label="Copy the link" />}
    </div>
  );
}

function StopButton({ share, label }: { share: Share; label: string }) {
  const { graphId } = useEditor();
  const end = useChange(endShare, { stale: STALE });
  const stop = () =>
    end.mutate(
      { params: { id: graphId, share: share.id } },
      {
        onSuccess: () => toast.success("Sharing has stopped", { description: "Whoever has the graph open by it loses it now." }),
        onError: (error) => toast.error("It is still shared", { description: errorText(error) }),
      },
    );
  return (
    <Button look="quiet" className="text-danger!" aria-label={label} busy={end.isPending} onClick={stop}>
      Stop
    </Button>
  );
}
