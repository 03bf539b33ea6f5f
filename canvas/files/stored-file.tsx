import { Download, File as FileIcon } from "lucide-react";
import { type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { toast } from "sonner";
import type { FileValue } from "#runtime/node/port-value.ts";
import { errorText } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { formatBytes } from "../ui/format-bytes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { saveFile } from "../ui/save-file.ts";
import { FileSource } from "./file-source.ts";
import { loadFile } from "./stored-files.ts";

/** Images larger than this are not loaded only to be looked at. */
const PREVIEWED_BYTES = 20 * 1024 * 1024;

export interface StoredFileProps {
  file: FileValue;
  /** Pixels an image may be high. */
  height: number;
  /** What else can be done with it. */
  aside?: ReactNode;
}

/** A stored file: its picture if it is one, its name, kind and size, and the way to get it. */
export function StoredFile({ file, height, aside }: StoredFileProps) {
  const load = useLoad();
  const { url, error } = usePicture(file);
  const download = async () => {
    try {
      saveFile(await load(file, AbortSignal.timeout(600_000)), file.name);
    } catch (problem) {
      toast.error("The file was not downloaded", { description: errorText(problem) });
    }
  };
  return (
    <div className="flex flex-col gap-2">
      {url !== undefined && (
        <img src={url} alt={file.name} draggable={false} style={{ maxHeight: height }} className="max-w-full self-start rounded-sm object-contain" />
      )}
      {error !== undefined && <p className="text-danger text-xs">The picture cannot be shown. {error}</p>}
      <div className="flex min-w-0 items-center gap-2">
        <FileIcon size={14} aria-hidden className="shrink-0 text-ink-faint" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm" title={file.name}>
            {file.name}
          </span>
          <span className="block truncate text-2xs text-ink-faint">
            {formatBytes(file.bytes)} · {file.mediaType}
          </span>
        </span>
        <IconButton label={`Download ${file.name}`} size="small" icon={<Download size={13} />} onClick={() => void download()} />
        {aside}
      </div>
    </div>
  );
}

function useLoad(): FileSource["load"] {
  const workspace = useContext(Elsewhere);
  const source = useContext(FileSource);
  return useMemo(() => source?.load ?? ((file, signal) => loadFile(file, { workspace, signal })), [source, workspace]);
}

/** The address of the picture while it is shown; none for other files. */
function usePicture(file: FileValue): { url?: string; error?: string } {
  const load = useLoad();
  const [shown, setShown] = useState<{ hash: string; url?: string; error?: string }>({ hash: "" });
  const isPicture = file.mediaType.startsWith("image/") && file.bytes <= PREVIEWED_BYTES;
  // by its members: the value is made anew with every change beside it
  const { $asset, name, mediaType, bytes } = file;
  useEffect(() => {
    if (!isPicture) return undefined;
    const gone = new AbortController();
    let url: string | undefined;
    load({ $asset, name, mediaType, bytes }, gone.signal).then(
      (content) => {
        if (gone.signal.aborted) return;
        url = URL.createObjectURL(content);
        setShown({ hash: $asset, url });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setShown({ hash: $asset, error: errorText(error) });
      },
    );
    return () => {
      gone.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [isPicture, $asset, name, mediaType, bytes, load]);
  return shown.hash === $asset && isPicture ? shown : {};
}
