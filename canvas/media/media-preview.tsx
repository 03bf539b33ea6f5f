import { Maximize2, Minimize2 } from "lucide-react";
import { useContext, useEffect, useState } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";
import type { Asset } from "#server/contract/assets.ts";
import { errorText } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { loadBeginning, loadFile } from "../files/stored-files.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { Spinner } from "../ui/spinner.tsx";

/** Characters of a text that are shown, and bytes of other files that are loaded only to be looked at. */
const TEXT_BYTES = 64 * 1024;
const LOADED_BYTES = 100 * 1024 * 1024;
/** What every browser shows, so that one of these which is not shown is broken. */
const COMMON_PICTURES = /^image\/(png|jpeg|gif|webp|bmp|svg\+xml|x-icon)$/;

export function fileValueOf({ hash, name, mediaType, bytes }: Asset): FileValue {
  return { $asset: hash, name, mediaType, bytes };
}

/** What is in a file, as far as a browser shows it: a picture, a sound, a film, a text. */
export function MediaPreview({ asset }: { asset: Asset }) {
  switch (asset.kind) {
    case "image":
      return <Loaded asset={asset}>{(url) => <Picture url={url} asset={asset} />}</Loaded>;
    case "audio":
      return (
        <Loaded asset={asset}>
          {(url) => (
            // biome-ignore lint/a11y/useMediaCaption: nobody has written any
            <audio controls src={url} aria-label={asset.name} className="w-full" />
          )}
        </Loaded>
      );
    case "video":
      return (
        <Loaded asset={asset}>
          {(url) => (
            // biome-ignore lint/a11y/useMediaCaption: nobody has written any
            <video controls src={url} aria-label={asset.name} className="max-h-[45vh] w-full rounded-md bg-sunken" />
          )}
        </Loaded>
      );
    case "text":
      return <TextBeginning asset={asset} />;
    case "document":
    case "other":
      return <NotShown text="It is not shown here. Download it to look at it." />;
  }
}

function NotShown({ text }: { text: string }) {
  return <p className="rounded-md bg-sunken px-3 py-6 text-center text-ink-muted text-sm">{text}</p>;
}

function Loaded({ asset, children }: { asset: Asset; children(url: string): React.ReactNode }) {
  const workspace = useContext(Elsewhere);
  const [state, setState] = useState<{ url?: string; error?: string }>({});
  const { hash, name, mediaType, bytes } = asset;
  const isTooLarge = bytes > LOADED_BYTES;
  useEffect(() => {
    if (isTooLarge) return undefined;
    const gone = new AbortController();
    let url: string | undefined;
    loadFile({ $asset: hash, name, mediaType, bytes }, { workspace, signal: gone.signal }).then(
      (content) => {
        if (gone.signal.aborted) return;
        url = URL.createObjectURL(content);
        setState({ url });
      },
      (error: unknown) => !gone.signal.aborted && setState({ error: errorText(error) }),
    );
    return () => {
      gone.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [hash, name, mediaType, bytes, isTooLarge, workspace]);
  if (isTooLarge) return <p className="text-ink-muted text-sm">It is too large to be shown here. Download it to look at it.</p>;
  if (state.error !== undefined) return <p className="text-danger text-sm">It cannot be shown. {state.error}</p>;
  if (state.url === undefined) return <Spinner className="mx-auto my-8" label="Loading the file" />;
  return children(state.url);
}

/** As large as there is room, or pixel for pixel. */
function Picture({ url, asset: { name, mediaType } }: { url: string; asset: Asset }) {
  const [isWhole, setWhole] = useState(true);
  const [isBroken, setBroken] = useState(false);
  if (isBroken && !COMMON_PICTURES.test(mediaType))
    return <NotShown text={`This browser shows no pictures of the type ${mediaType}. Download it to look at it.`} />;
  if (isBroken) return <p className="text-danger text-sm">The picture is broken: the browser cannot show it. Download it, or bring it anew.</p>;
  return (
    <div className="relative">
      <ScrollBox label={name} className={classes("max-h-[45vh] overflow-auto rounded-md bg-sunken", isWhole && "flex justify-center")}>
        <img
          src={url}
          alt={name}
          draggable={false}
          onError={() => setBroken(true)}
          className={isWhole ? "max-h-[45vh] max-w-full object-contain" : "max-w-none"}
        />
      </ScrollBox>
      <IconButton
        label={isWhole ? "Show each pixel" : "Show the whole picture"}
        icon={isWhole ? <Maximize2 size={15} /> : <Minimize2 size={15} />}
        className="absolute top-2 right-2 bg-overlay!"
        onClick={() => setWhole(!isWhole)}
      />
    </div>
  );
}

function TextBeginning({ asset }: { asset: Asset }) {
  const workspace = useContext(Elsewhere);
  const [state, setState] = useState<{ text?: string; error?: string }>({});
  const { hash, name, mediaType, bytes } = asset;
  useEffect(() => {
    const gone = new AbortController();
    loadBeginning({ $asset: hash, name, mediaType, bytes }, TEXT_BYTES, { workspace, signal: gone.signal })
      .then((content) => content.text())
      .then(
        (text) => !gone.signal.aborted && setState({ text }),
        (error: unknown) => !gone.signal.aborted && setState({ error: errorText(error) }),
      );
    return () => gone.abort();
  }, [hash, name, mediaType, bytes, workspace]);
  if (state.error !== undefined) return <p className="text-danger text-sm">It cannot be shown. {state.error}</p>;
  if (state.text === undefined) return <Spinner className="mx-auto my-8" label="Loading the file" />;
  return (
    <div className="flex flex-col gap-1">
      <ScrollBox label={`The text of ${asset.name}`} className="max-h-[45vh] overflow-auto rounded-md border border-line bg-sunken p-2.5">
        <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs leading-5">{state.text}</pre>
      </ScrollBox>
      {bytes > TEXT_BYTES && <p className="text-ink-muted text-xs">This is its beginning. Download it to see all of it.</p>}
    </div>
  );
}
