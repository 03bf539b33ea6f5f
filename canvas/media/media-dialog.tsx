import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { toast } from "sonner";
import { type Asset, type AssetOrigin, changeAsset, deleteAsset, listAssets } from "#server/contract/assets.ts";
import { listMembers } from "#server/contract/workspaces.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { loadFile } from "../files/stored-files.ts";
import { MayButton } from "../session/may-button.tsx";
import { useMay } from "../session/use-may.ts";
import { AddToGraphButton } from "../tools/add-to-graph.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { saveFile } from "../ui/save-file.ts";
import { Switch } from "../ui/switch.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { originText, pixelsText } from "./asset-words.ts";
import { nodeWithFile } from "./file-node.ts";
import { fileValueOf, MediaPreview } from "./media-preview.tsx";
import { MediaUses } from "./media-uses.tsx";

export interface MediaDialogProps {
  asset: Asset;
  onClose(): void;
}

/** One file: what is in it, where it comes from, what refers to it, and what can be done with it. */
export function MediaDialog({ asset, onClose }: MediaDialogProps) {
  const node = nodeWithFile(fileValueOf(asset));
  const [isDeleting, setDeleting] = useState(false);
  const actions = (
    <>
      <MayButton action="asset.manage" look="quiet" icon={<Trash2 size={14} aria-hidden />} onClick={() => setDeleting(true)}>
        Delete…
      </MayButton>
      <span className="flex-1" />
      <DownloadButton asset={asset} />
      {node && <AddToGraphButton node={node} />}
    </>
  );
  const facts = [asset.mediaType, formatBytes(asset.bytes), pixelsText(asset)].filter((fact) => fact !== undefined).join(" · ");
  return (
    <Dialog open wide onClose={onClose} title={asset.name} description={facts} actions={actions}>
      <div className="flex flex-col gap-5">
        <MediaPreview asset={asset} />
        <Kept asset={asset} />
        <section aria-label="Where it comes from" className="flex flex-col gap-1.5">
          <h3 className="font-medium text-sm">Where it comes from</h3>
          <Origins asset={asset} />
        </section>
        <section aria-label="Where it is used" className="flex flex-col gap-1.5">
          <h3 className="font-medium text-sm">Where it is used</h3>
          <MediaUses hash={asset.hash} />
        </section>
      </div>
      {isDeleting && <DeleteDialog asset={asset} onDeleted={onClose} onClose={() => setDeleting(false)} />}
    </Dialog>
  );
}

function DownloadButton({ asset }: { asset: Asset }) {
  const [isLoading, setLoading] = useState(false);
  const download = async () => {
    setLoading(true);
    try {
      saveFile(await loadFile(fileValueOf(asset), { workspace: undefined, signal: AbortSignal.timeout(600_000) }), asset.name);
    } catch (error) {
      toast.error("The file was not downloaded", { description: errorText(error) });
    } finally {
      setLoading(false);
    }
  };
  return (
    <Button icon={<Download size={14} aria-hidden />} busy={isLoading} onClick={() => void download()}>
      Download
    </Button>
  );
}

/** Whether it stays though nothing refers to it. */
function Kept({ asset }: { asset: Asset }) {
  const mayManage = useMay("asset.manage");
  const change = useChange(changeAsset, { stale: [listAssets] });
  const isKept = change.data?.isKept ?? asset.isKept;
  return (
    <div className="flex flex-col gap-1.5">
      <Field
        label="Keep in the library"
        htmlFor="media-kept"
        inline
        description={isKept ? "It stays until somebody deletes it." : "It is removed a day after nothing refers to it any more."}
      >
        <Switch
          id="media-kept"
          checked={isKept}
          disabled={!mayManage || change.isPending}
          onChange={(next) => change.mutate({ params: { hash: asset.hash }, body: { isKept: next } })}
        />
      </Field>
      {change.error && <FormError text={errorText(change.error)} />}
    </div>
  );
}

function Origins({ asset: { origins } }: { asset: Asset }) {
  const members = useApi(listMembers, { query: { limit: 200 } });
  const nameOf = (actor: string) => members.data?.items.find(({ id }) => id === actor)?.name;
  if (origins.length === 0) return <p className="text-ink-muted text-sm">Nobody knows any more.</p>;
  return (
    <ul className="flex flex-col gap-0.5 text-sm">
      {origins.map((origin) => (
        <Origin key={origin.type === "run" ? `${origin.run}/${origin.nodeType}` : origin.actor} origin={origin} text={originText(origin, nameOf)} />
      ))}
    </ul>
  );
}

function Origin({ origin, text }: { origin: AssetOrigin; text: string }) {
  return (
    <li className="flex items-baseline gap-2">
      {origin.type === "run" ? (
        <Link to={`/graphs/${origin.graph}/runs/${origin.run}`} className="truncate font-medium hover:text-accent">
          {text}
        </Link>
      ) : (
        <span className="truncate">{text}</span>
      )}
      <span className="text-ink-muted text-xs">
        <TimeAgo time={origin.at} />
      </span>
    </li>
  );
}

function DeleteDialog({ asset, onDeleted, onClose }: { asset: Asset; onDeleted(): void; onClose(): void }) {
  const remove = useChange(deleteAsset, { stale: [listAssets] });
  const confirm = () =>
    remove.mutate(
      { params: { hash: asset.hash } },
      {
        onSuccess: () => {
          toast.success(`“${asset.name}” is deleted`);
          onDeleted();
        },
      },
    );
  if (remove.error) {
    return (
      <Dialog open onClose={onClose} title="It was not deleted" description={errorText(remove.error)} actions={<Button onClick={onClose}>Close</Button>} />
    );
  }
  return (
    <ConfirmDialog
      open
      title={`Delete “${asset.name}”?`}
      text="Its content is removed and cannot be brought back. It is not deleted while something refers to it."
      confirm="Delete"
      busy={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
