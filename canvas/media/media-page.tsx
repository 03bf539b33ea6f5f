import { useQueryClient } from "@tanstack/react-query";
import { Images, SearchX, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { type Asset, listAssets } from "#server/contract/assets.ts";
import { call } from "../api/client.ts";
import { keyOf, useApi, useApiPages } from "../api/queries.ts";
import { FileReceiver } from "../files/file-receiver.tsx";
import { UploadList } from "../files/upload-list.tsx";
import { useUploads } from "../files/use-uploads.ts";
import { PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { MayButton } from "../session/may-button.tsx";
import { useMay } from "../session/use-may.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { MediaDialog } from "./media-dialog.tsx";
import { MediaFilters } from "./media-filters.tsx";
import { MediaGrid } from "./media-grid.tsx";
import { useMediaFilter } from "./use-media-filter.ts";

const PAGE = 60;

/** All files of the workspace: what people brought, and what runs made. */
export function MediaPage() {
  const filter = useMediaFilter();
  const cache = useQueryClient();
  const mayStore = useMay("asset.write");
  const [opened, setOpened] = useState<Asset>();
  const chooser = useRef<HTMLInputElement>(null);
  const uploads = useUploads(
    ({ name }) => {
      announce(`${name} is in the library.`);
      void cache.invalidateQueries({ queryKey: keyOf(listAssets) });
    },
    { isKept: true },
  );
  const assets = useApiPages(
    { id: listAssets.id, page: (cursor, signal) => call(listAssets, { query: { ...filter.query, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter.query,
  );
  const total = useApi(listAssets, { query: { limit: 1 } }).data?.total;
  const text = `Files that people brought and runs made.${total && total.files > 0 ? ` ${total.files.toLocaleString("en")} of them, ${formatBytes(total.bytes)}.` : ""}`;
  const upload = (
    <MayButton action="asset.write" look="primary" icon={<Upload size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
      Upload files
    </MayButton>
  );
  const empty = filter.isFiltered ? (
    <EmptyState
      icon={<SearchX size={18} aria-hidden />}
      title="No file fits"
      text="No file fits the filter."
      actions={<Button onClick={filter.clear}>Show all</Button>}
    />
  ) : (
    <EmptyState
      icon={<Images size={18} aria-hidden />}
      title="No files yet"
      text="Drop files here, or run a graph that makes some. They can be put on a board as nodes."
      actions={upload}
    />
  );
  return (
    <FileReceiver isOpen={mayStore} text="Drop the files to put them into the library" onFiles={uploads.send}>
      <PageFrame title="Media library" text={text} actions={upload} toolbar={<MediaFilters filter={filter} />}>
        <UploadList uploads={uploads} />
        <PagedList what="files" query={assets} empty={empty}>
          {(items) => <MediaGrid assets={items} onOpen={setOpened} />}
        </PagedList>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-hidden
          tabIndex={-1}
          onChange={({ currentTarget }) => {
            uploads.send([...(currentTarget.files ?? [])]);
            // the same files may be chosen again
            currentTarget.value = "";
          }}
        />
      </PageFrame>
      {opened && <MediaDialog asset={opened} onClose={() => setOpened(undefined)} />}
    </FileReceiver>
  );
}
