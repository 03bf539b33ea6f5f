import { NodeProgress } from "../ui/progress-bar.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import type { NodeActivity } from "./node-activity.ts";

/** What a running node shows: how far it is, the text that comes, a preview. */
export function NodeActivityView({ activity }: { activity: NodeActivity }) {
  const { progress, text, preview } = activity;
  return (
    <>
      {progress && (
        <div className="text-xs">
          <NodeProgress {...progress} />
        </div>
      )}
      {text !== "" && (
        <ScrollBox label="What comes" className="max-h-60 overflow-auto rounded-md border border-line bg-sunken p-2.5">
          <pre className="wrap-anywhere whitespace-pre-wrap text-xs leading-5">{text}</pre>
        </ScrollBox>
      )}
      {preview?.mediaType.startsWith("image/") && (
        <img src={`data:${preview.mediaType};base64,${preview.data}`} alt="Preview" className="max-h-60 self-start rounded-md border border-line" />
      )}
    </>
  );
}
