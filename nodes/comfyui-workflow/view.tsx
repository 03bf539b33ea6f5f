import { type ReactNode, useId, useState } from "react";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import type { NodeViewProps } from "#runtime/node/view.ts";

const HEIGHT = 140;
const SHOWN = 6;

/** What came out: beside what went in, where a picture was made of one picture; else the first few. */
export default function ComfyuiWorkflowView({ config, run, pictures = {} }: NodeViewProps): ReactNode {
  const made = filesIn(run?.outputs?.images);
  if (made.length === 0) return null;
  const [before, ...others] = [...filesIn(run?.inputs), ...filesIn(config.values)];
  const [after] = made;
  const [beforeUrl, afterUrl] = [before && pictures[before.$asset], after && pictures[after.$asset]];
  if (before && after && others.length === 0 && made.length === 1 && beforeUrl && afterUrl) return <Compare before={beforeUrl} after={afterUrl} />;
  return (
    <ul aria-label="Pictures" className="grid grid-cols-2 gap-1 border-line border-t p-2">
      {made.slice(0, SHOWN).map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may be there twice
        <li key={index} className={made.length === 1 ? "col-span-2" : ""}>
          {pictures[file.$asset] ? (
            <img src={pictures[file.$asset]} alt={file.name} draggable={false} className="max-h-36 w-full rounded-sm object-contain" />
          ) : (
            <span className="block truncate text-2xs text-ink-muted">{file.name}</span>
          )}
        </li>
      ))}
      {made.length > SHOWN && <li className="col-span-2 text-2xs text-ink-muted">and {made.length - SHOWN} more</li>}
    </ul>
  );
}

/** Two pictures on top of each other; the slider says how much is seen of which. */
function Compare({ before, after }: { before: string; after: string }) {
  const id = useId();
  const [share, setShare] = useState(50);
  return (
    <div className="border-line border-t p-2">
      <div className="relative overflow-hidden rounded-sm" style={{ height: HEIGHT }}>
        <img src={after} alt="After" draggable={false} className="absolute inset-0 size-full object-contain" />
        <img
          src={before}
          alt="Before"
          draggable={false}
          className="absolute inset-0 size-full object-contain"
          style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}
        />
        <span aria-hidden className="absolute inset-y-0 w-0.5 bg-accent" style={{ left: `${share}%` }} />
      </div>
      <label htmlFor={id} className="flex items-center gap-2 pt-1 text-2xs text-ink-muted">
        Before
        <input
          id={id}
          type="range"
          min={0}
          max={100}
          value={share}
          aria-label="Compare before and after"
          aria-valuetext={`${share} % before`}
          onChange={(event) => setShare(Number(event.target.value))}
          className="nodrag nopan min-w-0 flex-1 accent-(--accent-fill)"
        />
        After
      </label>
    </div>
  );
}

/** The pictures among values, not deeper than a painted mask lies. */
function filesIn(value: unknown, depth = 0): FileValue[] {
  const file = fileValueSchema.safeParse(value);
  if (file.success) return file.data.mediaType.startsWith("image/") ? [file.data] : [];
  if (typeof value !== "object" || value === null || depth > 2) return [];
  return Object.entries(value).flatMap(([name, member]) => (name === "mask" ? [] : filesIn(member, depth + 1)));
}
