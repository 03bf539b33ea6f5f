import { useContext, useEffect, useState } from "react";
import type { ThumbnailSize } from "#server/contract/assets.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { loadThumbnail } from "./stored-files.ts";

/** The address of a smaller picture while it is shown; undefined until it is there, and where there is none. */
export function useThumbnail(hash: string | undefined, size: ThumbnailSize): string | undefined {
  const workspace = useContext(Elsewhere);
  const [shown, setShown] = useState<{ hash: string; url: string }>();
  useEffect(() => {
    if (hash === undefined) return undefined;
    const gone = new AbortController();
    let url: string | undefined;
    loadThumbnail(hash, size, { workspace, signal: gone.signal }).then(
      (content) => {
        if (gone.signal.aborted) return;
        url = URL.createObjectURL(content);
        setShown({ hash, url });
      },
      // its icon and name stay
      () => undefined,
    );
    return () => {
      gone.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [hash, size, workspace]);
  return shown?.hash === hash ? shown?.url : undefined;
}
