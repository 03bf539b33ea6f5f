import { classes } from "../ui/classes.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { counted, countOfChanges } from "./change-words.ts";
import { useDraftStanding } from "./use-draft-standing.ts";
import { useHistoryAddress } from "./use-history-address.ts";

/** In the header: that this is the draft, and how far it is from what others run. */
export function DraftBadge() {
  const standing = useDraftStanding();
  const { show, number } = useHistoryAddress();
  if (standing === undefined) return null;
  if (standing === null) return <span className="whitespace-nowrap text-ink-faint text-xs max-xl:hidden">Draft · not published</span>;
  const { published, diff } = standing;
  const count = countOfChanges(diff);
  const since = count === 0 ? "nothing changed since" : `${counted(count, "change")} since`;
  return (
    <Tooltip text={`Compare the draft with the published revision ${published}`} side="bottom">
      <button
        type="button"
        aria-label={`Draft. Revision ${published} is published, ${since}.`}
        aria-pressed={number === published}
        onClick={() => show(published, "draft")}
        className="flex h-6 items-center gap-1 whitespace-nowrap rounded-md px-1.5 text-ink-faint text-xs tabular-nums hover:bg-hover hover:text-ink"
      >
        <span className="max-xl:hidden">Draft · published r{published} ·</span>
        <span className={classes(count > 0 && "text-warning")}>{count === 0 ? "no changes" : counted(count, "change")}</span>
        <span className="max-xl:hidden">since</span>
      </button>
    </Tooltip>
  );
}
