import type { Asset } from "#server/contract/assets.ts";
import { useThumbnail } from "../files/thumbnail.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { Icon } from "../ui/icon.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { KINDS } from "./asset-words.ts";

const SIZE = 320;

/** Files as cards: a picture or an icon, what it is called, how large and how old it is. */
export function MediaGrid({ assets, onOpen }: { assets: readonly Asset[]; onOpen(asset: Asset): void }) {
  return (
    <ul aria-label="Files" className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-3">
      {assets.map((asset) => (
        <li key={asset.hash}>
          <MediaCard asset={asset} onOpen={() => onOpen(asset)} />
        </li>
      ))}
    </ul>
  );
}

function MediaCard({ asset, onOpen }: { asset: Asset; onOpen(): void }) {
  const { name, kind, bytes, createdAt } = asset;
  return (
    <button
      type="button"
      onClick={onOpen}
      className="group flex w-full flex-col overflow-hidden rounded-lg border border-line bg-surface text-left hover:border-line-strong"
    >
      <span className="flex aspect-square w-full items-center justify-center overflow-hidden bg-sunken">
        <AssetPicture asset={asset} />
      </span>
      <span className="flex flex-col px-2.5 py-2">
        <span className="truncate font-medium text-sm" title={name}>
          {name}
        </span>
        <span className="flex justify-between gap-2 text-2xs text-ink-muted">
          <span className="truncate">{kind === "image" ? formatBytes(bytes) : `${KINDS[kind].label} · ${formatBytes(bytes)}`}</span>
          <TimeAgo time={createdAt} />
        </span>
      </span>
    </button>
  );
}

function AssetPicture({ asset: { hash, hasThumbnail, kind } }: { asset: Asset }) {
  const url = useThumbnail(hasThumbnail ? hash : undefined, SIZE);
  if (url !== undefined) return <img src={url} alt="" draggable={false} className="size-full object-contain" />;
  return (
    <span className="text-ink-faint">
      <Icon name={KINDS[kind].icon} size={36} />
    </span>
  );
}
